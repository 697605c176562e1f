#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ground truth: kernels with a known number of NOPs at known places. The lab must
# find exactly N for each passage of each row, and nothing in any other row.
# scripts/lab/patches/calibration/passages says how often a row passes.
#
# usage: nightly-calibration.sh RUN-BENCH KERNELS [SIZE...]
# Builds what is missing into the directory KERNELS (a quarter of an hour for
# the first), and measures each place with SIZE NOPs (default: 1 10 100).
set -u
run_bench=$1 kernels=$2
shift 2
[ $# -gt 0 ] || set -- 1 10 100
patches=$(cd "$(dirname "$0")/../../scripts/lab/patches/calibration" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$kernels"
passed=0 failed=0

build() { # NAME [PATCH]
	[ ! -e "$kernels/$1.bzImage" ] || return 0
	"$run_bench" lab kernel --output "$kernels/$1.bzImage" ${2:+--patch "$2"} \
		>"$tmp/log" 2>&1 || {
		cat "$tmp/log"
		echo "cannot build '$1'" >&2
		exit 1
	}
}

# The machine's rows against the table: each line of output is a row that is not
# as it must be. Rows without a verdict are not judged; exact ones must be many.
judge() { # COMPARE.CSV PLACE MACHINE SIZE
	"$run_bench" compare --format csv "$1"/stock "$1"/patched >"$tmp/compare.csv"
	awk -v place="$2" -v machine="$3" -v size="$4" '
	FNR == NR {
		if ($0 !~ /^#/ && NF == 4 && $1 == place && $2 == machine) {
			glob[++n] = $3
			times[n] = $4
		}
		next
	}
	# Variants are quoted where they hold commas: "delay=1ms,wait=hlt".
	function field(line, want,    i, out, quoted, c, k) {
		k = 1
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (c == "\"") quoted = !quoted
			else if (c == "," && !quoted) k++
			else if (k == want) out = out c
		}
		return out
	}
	function matches(name, pattern) {
		gsub(/[][.]/, "\\\\&", pattern)
		gsub(/\*/, ".*", pattern)
		return name ~ "^" pattern "$"
	}
	field($0, 1) == "row" && field($0, 24) == "counted" {
		name = field($0, 2)
		if (field($0, 3) != "") name = name "[" field($0, 3) "]"
		want = 0
		for (i = 1; i <= n; i++)
			if (matches(name, glob[i])) { want = times[i]; break }
		exact++
		moved += want > 0
		if (field($0, 16) != want * size)
			print name ": " field($0, 16) " instead of " want * size
	}
	END {
		if (exact < 60 || n && !moved)
			print "only " exact + 0 " exact rows, " moved + 0 " of them to move"
		print exact, moved > "/dev/stderr"
	}' "$patches/passages" "$tmp/compare.csv" 2>"$tmp/counts"
}

# Rows that the hrtimer ends vary with the tick of the emulated LAPIC, and have
# no verdict: the profile of one has the NOPs in their function. With VMX the
# preemption timer ends them instead.
judge_callback() { # SIZE MACHINE
	[ "$2" = svm ] || return 0
	rm -rf "$tmp/explain"
	"$run_bench" lab explain --machine "$2" --output "$tmp/explain" \
		"$kernels/stock.bzImage" "$kernels/lapic-timer-$1.bzImage" \
		'timer/one-shot[irqchip=kernel]' >"$tmp/explain.out" 2>&1
	grep -q "^  apic_timer_fn  *[0-9]*  *[0-9]*  *+$1\$" "$tmp/explain.out" || {
		echo 'no such difference in apic_timer_fn():'
		cat "$tmp/explain.out"
	}
}

measure() { # KERNEL MACHINE OUTPUT
	[ -e "$3/summary.csv" ] || "$run_bench" lab run --machine "$2" --output "$3" \
		"$1" 'exit/*' 'msr/*' 'timer/*' 'nmi/*' 'ipi/self*' 'run/*' 'base/*' \
		>"$tmp/log" 2>&1 || [ -e "$3/summary.csv" ] || {
		cat "$tmp/log"
		exit 1
	}
}

check() { # PLACE SIZE MACHINE
	build "$1-$2" "$patches/$1-$2.patch"
	dir=$tmp/$3
	mkdir -p "$dir"
	rm -rf "$dir/patched"
	measure "$kernels/stock.bzImage" "$3" "$dir/stock"
	measure "$kernels/$1-$2.bzImage" "$3" "$dir/patched"
	wrong=$(judge "$dir" "$1" "$3" "$2")
	[ "$1" != lapic-timer ] || wrong=$wrong$(judge_callback "$2" "$3")
	if [ -z "$wrong" ]; then
		passed=$((passed + 1))
		echo "$1, $2 NOPs, on $3: exact in $(cut -d' ' -f1 "$tmp/counts") rows," \
			"$(cut -d' ' -f2 "$tmp/counts") of which pass there"
	else
		failed=$((failed + 1))
		echo "$1, $2 NOPs, on $3: not as planted:"
		echo "$wrong"
	fi
}

cat <<-END
	# harness/test/nightly-calibration.sh RUN-BENCH KERNELS $*
	# Kernels with N NOPs planted at a place against the kernel as it is: every exact row
	# is longer by N for each of its passages (scripts/lab/patches/calibration/passages),
	# and all others by 0. No exact row passes lapic-timer: rows that the hrtimer ends
	# vary. There, on svm, "lab explain" finds the N instructions more in
	# apic_timer_fn(), in timer/one-shot[irqchip=kernel]; on vmx, where the preemption
	# timer ends the wait, it is only shown that nothing else moved.

END
build stock
for size; do
	for machine in svm vmx vmx,apicv=0; do
		case $machine in
		svm) own=svm-exit ;;
		*) own=vmx-exit ;;
		esac
		for place in $own user-exit lapic-timer syscall; do
			check "$place" "$size" "$machine"
		done
	done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
