#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The lab on Debian's kernel, as it is: a run and its repetition, a profile that
# adds up, and kernels that do not come to the end. Needs QEMU and the network
# once: the kernel stays in the cache.
# usage: test-lab.sh RUN-BENCH [MACHINE]
set -u
run_bench=$1 machine=${2:-svm}
case $machine in
vmx*) seconds=0.02 modules=kvm_intel ;;
*) seconds=0.003 modules=kvm_amd ;;
esac
command -v apt-get >/dev/null || exit 77 # a skip: there is no Debian to ask
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

# --- a run --------------------------------------------------------------------

"$run_bench" lab kernel --source linux-image-amd64 --output "$tmp/debian.bzImage" \
	>"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	echo "cannot get Debian's kernel: nothing can be tested" >&2
	exit 1
}

run() { # NAME PATTERN...
	name=$1
	shift
	"$run_bench" lab run --machine "$machine" --output "$tmp/$name" \
		--label "$name" "$tmp/debian.bzImage" "$@" -- --quick \
		--no-counters --launches 2 --time $seconds >"$tmp/$name.out" 2>&1 || {
		cat "$tmp/$name.out"
		return 1
	}
}

# All but the names that this host gives: run id and label.
ticks() { # NAME
	cut -d, -f2,4- "$tmp/$1/summary.csv"
}

same_ticks() {
	ticks one >"$tmp/one.ticks"
	ticks two >"$tmp/two.ticks"
	cmp "$tmp/one.ticks" "$tmp/two.ticks" &&
		cmp "$tmp/one/histogram.csv" "$tmp/two/histogram.csv"
}

entry='nmi/guest-paranoid[base=rdmsr,from=ring?,part=entry]'
entry="$entry nmi/guest-paranoid[base=rdgsbase,from=ring?,part=entry]"
entry="$entry nmi/guest-paranoid[base=lsl,from=ring?,part=entry]"
patterns="exit/cpuid exit/pio-user timer/tscdeadline-immed timer/one-shot nmi/self $entry"
# An instruction is a tick: those of guest/payload/nmi-paranoid.S from CLD to
# the GS base, all of them but what a branch leaves out.
entry_instructions() {
	cat <<-END
		base=lsl,from=ring0 36
		base=lsl,from=ring3 36
		base=rdgsbase,from=ring0 34
		base=rdgsbase,from=ring3 36
		base=rdmsr,from=ring0 35
		base=rdmsr,from=ring3 37
	END
}

# The same, measured: median less overhead, in the launches of run "one".
entry_ticks() {
	awk -F '"' '/,nmi\/guest-paranoid,.*",latency,tsc,ok,/ {
		split($3, field, ",")
		sub(",part=entry", "", $2)
		print $2, field[9] - field[17]
	}' "$tmp/one/summary.csv" | sort -u
}

same_instructions() {
	entry_instructions >"$tmp/entry.expected"
	entry_ticks | diff "$tmp/entry.expected" -
}

run one $patterns &
one=$!
check "a run" run two $patterns
check "the same at the same time" wait $one
check "two runs of one kernel agree to the byte" same_ticks
check "every row is ok" sh -c "! grep -v ',ok,' '$tmp/one/summary.csv' | grep -v '^run_id'"
check "an NMI's entry section has as many ticks as instructions" same_instructions
check "the label is this host's" grep -q '^[^,]*,[^,]*,one,' "$tmp/one/summary.csv"
check "env.json tells the machine" grep -q '"deterministic": true' "$tmp/one/env.json"
check "the report tells the machine" sh -c \
	"'$run_bench' report '$tmp/one' | grep -q '^Lab machine: $machine, '"
check "nothing is overwritten" sh -c \
	"! '$run_bench' lab run --output '$tmp/one' '$tmp/debian.bzImage' base/empty 2>/dev/null"

# --- a profile ----------------------------------------------------------------

explain() {
	"$run_bench" lab explain --machine "$machine" --output "$tmp/explain" \
		"$tmp/debian.bzImage" 'exit/cpuid[cpl=0]' >"$tmp/explain.out" 2>&1 || {
		cat "$tmp/explain.out"
		return 1
	}
}

adds_up() {
	awk '/^instructions/ { on = 1; next }
		on && $1 == "total" { total = $2; exit }
		on { sum += $NF }
		END { exit !(total > 1000 && sum == total) }' "$tmp/explain.out"
}

# What the suite measured meanwhile, to the tick; and in another boot, where it
# was told other things, and has its memory elsewhere, to a tick or two.
as_measured() {
	total=$(awk '$1 == "total" { print $2 }' "$tmp/explain.out")
	grep -q "ops took $total ticks; the suite's median is $total\$" "$tmp/explain.out" &&
		grep 'exit/cpuid,cpl=0,latency' "$tmp/one/summary.csv" | cut -d, -f17 |
		awk -v total="$total" '$1 < total - 2 || $1 > total + 2 { wrong = 1 }
			END { exit wrong || !NR }'
}

check "a profile" explain
check "the profile adds up" adds_up
check "the profile is of the op that was measured" as_measured
check "one VM-entry an op" grep -q '^  VM-entry  *1$' "$tmp/explain.out"
check "functions of modules have their names" \
	grep -q "_vcpu_run \[$modules\]" "$tmp/explain.out"

# --- kernels that do not come to the end ----------------------------------------

less_memory=
fails() { # NAME TEXT OPTION...
	name=$1 text=$2
	shift 2
	if "$run_bench" lab run --machine "$machine${less_memory:+,memory=256}" \
		--output "$tmp/$name" "$@" "$tmp/debian.bzImage" base/empty >"$tmp/$name.out" 2>&1; then
		return 1
	fi
	grep -q "$text" "$tmp/$name.out" && return 0
	cat "$tmp/$name.out"
	return 1
}

check "a panic is told" fails panic 'the kernel panicked: ' \
	--cmdline rdinit=/nothing
less_memory=1
check "a kernel without memory is told" fails memory 'memory\|no room' \
	--cmdline mem=96M
less_memory=
check "a hang is told" fails hang 'no end within 2 s' --wall-limit 2
check "so is a suite that does not end" fails limit 'of the machine.s time' --limit 0.5
check "the end of the console is shown" grep -q 'Kernel panic' "$tmp/panic.out"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
