#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line as a user meets it: messages, exit statuses, files. Takes
# the executable. Where /dev/kvm cannot be used, only what needs no guest.
set -u
run_bench=$1
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

# expect STATUS TEXT-ON-STDERR ARGUMENT...
expect() {
	status=$1 text=$2
	shift 2
	"$run_bench" "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ $got = "$status" ] ||
		fail "run-bench $*: status $got, not $status: $(cat "$tmp/err")"
	[ -z "$text" ] || grep -qF -- "$text" "$tmp/err" ||
		fail "run-bench $*: stderr lacks '$text': $(cat "$tmp/err")"
}

check_rows() {
	awk -f "$(dirname "$0")/check-rows.awk" "$1" >&2 ||
		failures=$((failures + 1))
}

latency_rows() {
	grep -c ',latency,tsc,' "$1"
}

expect 2 "unknown option '--frobnicate'" --frobnicate
expect 2 "unknown option '-x'" -x
expect 2 "unknown option '--a?b?c??d?ä'" "$(printf '%b' '--a\033b\nc\302\233d\177ä')"
expect 2 "option '--launches' needs a value" run --launches
expect 2 "invalid value '0' of '--launches'" --launches 0
expect 2 "invalid value 'soon' of '--time'" --time soon
expect 2 "option '--events' needs a value" run --events
expect 2 "'--events' is empty" run --events ''
expect 2 "'--events' and '--no-counters' contradict" \
	--events cycles --no-counters
expect 2 "no benchmark matches 'nothing/*'" 'nothing/*'
expect 2 "give a HISTORY" trend
expect 2 "invalid date 'soon' of '--since'" trend --since soon "$tmp"
expect 2 "unknown format 'html'" trend --format html "$tmp"
expect 2 "invalid value '-1' of '--threshold'" trend --threshold -1 "$tmp"
expect 2 "option '--host' needs a value" trend --host
expect 1 "cannot read '$tmp/none': No such file" trend "$tmp/none"
expect 1 "no results in '$tmp'" trend "$tmp"
expect 2 "no benchmark matches 'nothing'" list nothing
expect 2 "invalid value '0x48:xx' of '--msr'" --msr 0x48:xx
expect 2 "option '--msr' needs a value" --msr
expect 2 "the clock that times it" --msr 0x10
expect 2 "unknown option '--frobnicate'" list --frobnicate
expect 1 "cannot resume '$tmp/none'" --resume "$tmp/none"
expect 0 "" --help
expect 0 "" run --help
expect 0 "" list --help
# What single values need is told of them, not of the benchmark.
expect 0 "" list --csv nmi/guest-paranoid
cp "$tmp/out" "$tmp/values.csv"
expect 0 "" list nmi/guest-paranoid
if grep -q 'base=rdmsr,from=ring3.*",yes,' "$tmp/values.csv"; then
	! grep -q '^    cannot run here' "$tmp/out" ||
		fail "list says that nmi/guest-paranoid cannot run: $(cat "$tmp/out")"
	told=$(grep -c '^    base=rdpid cannot run here: ' "$tmp/out")
	unmet=$(grep -c 'base=rdpid,from=ring3,part=whole",no,' "$tmp/values.csv")
	[ "$told" = "$unmet" ] || fail "list does not tell what rdpid needs"
fi
expect 0 "" --version
"$run_bench" list >/dev/full 2>"$tmp/err"
[ $? = 1 ] || fail "what a full disk takes of the output is not noticed"
grep -qx "run-bench: cannot write all of the output" "$tmp/err" ||
	fail "no word of a full disk: $(cat "$tmp/err")"

# The lab: what it refuses before anything boots.
expect 2 "usage: run-bench lab COMMAND" lab
expect 2 "there is no command 'lab frobnicate'" lab frobnicate
expect 0 "" lab --help
for command in kernel bochs run ab explain seeds bisect reproduce; do
	grep -q "^  $command " "$tmp/out" || fail "lab --help lacks $command"
done
for command in kernel bochs run ab explain seeds bisect reproduce; do
	expect 0 "" lab $command --help
	grep -q "run-bench lab $command " "$tmp/out" ||
		fail "lab $command --help: no usage"
	usage=2
	[ $command = bisect ] && usage=128 # ends a git bisect
	expect $usage "unknown option '--frobnicate'" lab $command --frobnicate
	grep -qF "Try 'run-bench lab $command --help'." "$tmp/err" ||
		fail "lab $command: no hint to its help"
done
expect 2 "give '--output'" lab kernel
expect 2 "unknown argument 'more'" lab kernel --output "$tmp/k" more
expect 2 "give '--source'" lab bochs
expect 2 "give a KERNEL" lab run
expect 2 "give two kernels" lab ab
expect 2 "give two kernels" lab ab "$tmp/kernel"
expect 2 "give one kernel or two, and a benchmark" lab explain
expect 2 "give one kernel or two, and a benchmark" lab explain "$tmp/kernel"
expect 2 "there is no patch 'nothing'" lab seeds "$tmp/kernels" nothing
expect 2 "give a BUG" lab reproduce
expect 2 "there is no bug 'nothing'" lab reproduce nothing
expect 128 "give a PATTERN" lab bisect
expect 128 "give either '--base' or '--above'" lab bisect 'exit/*'
expect 128 "give either '--base' or '--above'" \
	lab bisect --base "$tmp/kernel" --above 5 'exit/*'
expect 2 "there is no machine 'pdp11'" lab run --machine pdp11 "$tmp/kernel"
expect 2 "'lab run' takes one machine" lab run --machine all "$tmp/kernel"
expect 2 "machine 'svm' is given twice" \
	lab ab --machine svm --machine svm "$tmp/kernel" "$tmp/kernel"
expect 2 "'lab run' takes no '--boots'" lab run --boots 2 "$tmp/kernel"
expect 2 "'lab explain' takes no '--'" lab explain "$tmp/kernel" -- --quick
expect 2 "option '--accel' needs a value" lab ab --accel

# Kernels that are none, and what a benchmark must be to be explained.
kernel=$tmp/kernel
out="--output $tmp/lab"
expect 1 "cannot open '$kernel': No such file" lab run $out "$kernel"
echo "no kernel" >"$kernel"
expect 1 "'$kernel' is no bzImage" lab run $out "$kernel"
expect 1 "'$kernel' is no bzImage" lab ab $out "$kernel" "$kernel"
[ ! -e "$tmp/lab" ] || fail "what is no kernel leaves a directory"
# A setup header's magic, which is all that is looked at before it boots.
{ head -c 514 /dev/zero; echo HdrS; } >"$kernel"
expect 2 "no benchmark matches 'nothing'" lab explain $out "$kernel" nothing
expect 2 "'exit/cpuid' selects 2 variants: choose one, as 'exit/cpuid[cpl=0]'" \
	lab explain $out "$kernel" exit/cpuid
expect 2 "'insn/nop[where=host3]' is no op of a guest" \
	lab explain $out "$kernel" 'insn/nop[where=host3]'

# Nothing of the user's is overwritten, nor mixed with other results.
mkdir "$tmp/lab"
echo mine >"$tmp/lab/file"
for arguments in "run $kernel" "ab $kernel $kernel" \
	"explain $kernel exit/cpuid[cpl=0]"; do
	expect 1 "'$tmp/lab' is not empty: choose another '--output'" \
		lab $arguments $out
	[ "$(ls "$tmp/lab")" = file ] || fail "lab $arguments: files are left"
done
expect 1 "cannot create directory '$kernel/x': Not a directory" \
	lab run --output "$kernel/x" "$kernel"
# An empty one is taken, and stays when there was no kernel for it; and an
# emulator that is not there is told of.
rm "$tmp/lab/file"
expect 1 "cannot open '$tmp/none'" lab ab $out "$tmp/none" "$tmp/none"
[ -d "$tmp/lab" ] || fail "lab ab removes a directory that is not its own"
expect 1 "no profile of 'exit/cpuid[cpl=0]'" \
	lab explain $out "$tmp/none" 'exit/cpuid[cpl=0]'
[ -d "$tmp/lab" ] || fail "lab explain removes a directory that is not its own"
expect 1 "cannot run 'vmb-no-emulator': No such file or directory" \
	lab run --machine svm,emulator=vmb-no-emulator $out "$kernel"

if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
	echo "NOT TESTED: guests do not run here: no access to /dev/kvm" >&2
	expect 1 "cannot open '/dev/kvm'" 'base/empty'
	exit $((failures > 0))
fi

expect 2 "there is no pCPU 4000" --cpu 4000
expect 2 "there is no NUMA node 4000" --node 4000

# A run, what it leaves, and that nothing overwrites it.
short="--launches 2 --time 0.02"
expect 0 "" $short --output "$tmp/a" 'base/*' 'exit/cpuid'
[ "$(tail -n 1 "$tmp/out")" = "$tmp/a" ] || fail "the path is not printed last"
for file in summary.csv histogram.csv env.json; do
	[ -s "$tmp/a/$file" ] || fail "no $file"
done
check_rows "$tmp/a/summary.csv"
[ "$(latency_rows "$tmp/a/summary.csv")" = 8 ] || fail "not 4 variants x 2 launches"
before=$(cksum "$tmp/a/summary.csv")
expect 1 "'$tmp/a' holds results already" $short --output "$tmp/a" 'base/*'
[ "$before" = "$(cksum "$tmp/a/summary.csv")" ] || fail "results were overwritten"
mkdir "$tmp/locked"
chmod a-w "$tmp/locked"
if [ "$(id -u)" != 0 ]; then
	expect 1 "cannot create directory" $short --output "$tmp/locked/a" 'base/*'
fi
touch "$tmp/file"
expect 1 "cannot create directory '$tmp/file/a'" $short --output "$tmp/file/a" 'base/*'

# Counters: a value or a reason in each row; and without them, no row.
expect 2 "cannot encode event 'frobnicate': event not found" \
	--events PAGE-FAULTS:u,frobnicate --output "$tmp/none"
[ ! -e "$tmp/none" ] || fail "a bad event leaves a directory"
expect 0 "" $short --events PAGE-FAULTS:u --output "$tmp/counters" base/empty
check_rows "$tmp/counters/summary.csv"
for metric in cycles:guest msr_writes PAGE-FAULTS:u; do
	grep -q ",$metric,per_op,\(ok,,[1-9]\|skip,[^,]\)" \
		"$tmp/counters/summary.csv" || fail "no row of $metric"
	grep -qF "\"metric\": \"$metric\"" "$tmp/counters/env.json" ||
		fail "no $metric in env.json"
done
expect 0 "" $short --no-counters --output "$tmp/bare" base/empty
grep -q ',latency,tsc,ok' "$tmp/bare/summary.csv" || fail "no latency"
! grep -q ',cycles:\|,msr_\|,kvm:' "$tmp/bare/summary.csv" ||
	fail "--no-counters counts"
head -n 1 "$tmp/bare/summary.csv" >"$tmp/half"
cp "$tmp/half" "$tmp/bare/summary.csv"
expect 0 "" --resume "$tmp/bare"
! grep -q ',cycles:\|,msr_\|,kvm:' "$tmp/bare/summary.csv" ||
	fail "--resume forgets --no-counters"

# TAP: a plan, one line for each variant.
expect 0 "" $short --tap --output "$tmp/tap" 'base/*' 'exit/cpuid'
[ "$(sed -n 1,2p "$tmp/out" | tr '\n' ' ')" = "TAP version 13 1..4 " ] ||
	fail "no TAP plan"
[ "$(grep -c '^ok [1-4] - ' "$tmp/out")" = 4 ] || fail "not 4 TAP lines"

# A history of a machine that repeats to the tick: a change is told at once.
for night in 1 2 3; do
	dir=$tmp/history/lab-svm/2026/night$night
	mkdir -p "$dir"
	cat >"$dir/env.json" <<-EOF
		{"run": {"run_id": "2026010${night}T000000Z-lab", "host": "lab",
		 "label": "linux", "kernel": "6.1.0-g000000$night$night",
		 "started_utc": "2026-01-01T00:00:01Z",
		 "finished_utc": "2026-01-01T00:00:01Z"},
		 "lab": {"machine": "svm", "deterministic": true}}
	EOF
	head -n 1 "$tmp/a/summary.csv" >"$dir/summary.csv"
	for launch in 1 2; do
		v=$((night == 3 ? 120 : 100))
		echo "r,2026-01-01T00:00:01Z,linux,lab,6.1,b,$launch,exit/cpuid,cpl=3,latency,tsc,ok,,64,$v,$v,$v,$v,$v,$v,$v,$v,$v,0,30" \
			>>"$dir/summary.csv"
	done
done
expect 0 "" trend --since 2026-01-04 --fail-on-change "$tmp/history"
grep -qx 'no change' "$tmp/out" || fail "trend tells what is too old"
expect 3 "1 change" trend --fail-on-change "$tmp/history"
grep -q '100 -> 120 ticks: +20 slower, exact' "$tmp/out" ||
	fail "trend does not tell the change: $(cat "$tmp/out")"
expect 3 "1 change" trend --threshold 20 --fail-on-change "$tmp/history"
expect 0 "" trend --threshold 20.1 --fail-on-change "$tmp/history"
expect 3 "1 change" trend --fail-on-change "$tmp/history"
grep -qF "run-bench lab bisect --machine svm --above 110 'exit/cpuid[cpl=3]'" "$tmp/out" ||
	fail "trend does not tell how to bisect"
[ -s "$tmp/history/lab-svm/2026/night1/trend.csv" ] || fail "no digest"
expect 1 "is selected" trend "$tmp/history" 'nothing/*'
expect 0 "" trend --format csv --otava "$tmp/otava" "$tmp/history"
[ "$(wc -l <"$tmp/out")" = 2 ] || fail "not one change in the CSV"
[ "$(cat "$tmp/otava"/*.csv | grep -c '^2026-01-0')" = 3 ] ||
	fail "Otava does not get three nights"
grep -q 'time_column: time' "$tmp/otava/otava.yaml" || fail "no otava.yaml"
expect 1 "cannot create '$tmp/otava/otava.yaml'" \
	trend --otava "$tmp/otava" "$tmp/history"

# kill -9 in mid-run leaves whole rows, --resume adds what is missing.
for delay in 0.05 0.3 0.5; do
	dir=$tmp/killed$delay
	"$run_bench" --launches 6 --time 0.05 --output "$dir" 'base/*' \
		'exit/cpuid' >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	while ! [ -s "$dir/env.json" ] && kill -0 $pid 2>/dev/null; do
		sleep 0.01
	done
	sleep $delay
	kill -9 $pid
	wait $pid 2>/dev/null
	check_rows "$dir/summary.csv"
	done_before=$(latency_rows "$dir/summary.csv")
	[ "$done_before" -lt 24 ] || fail "nothing was left to resume"
	expect 0 "" --resume "$dir"
	check_rows "$dir/summary.csv"
	[ "$(latency_rows "$dir/summary.csv")" = 24 ] ||
		fail "resumed run has $(latency_rows "$dir/summary.csv") launches"
	grep ',latency,tsc,' "$dir/summary.csv" |
		sed 's/^[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,//; s/,latency.*//' |
		sort | uniq -d | grep -q . && fail "a launch stands there twice"
done

# Half a row, as from a full disk, and one launch without its latency row.
printf '%s' "$(cat "$tmp/a/summary.csv")" | head -c -40 >"$tmp/half"
cp "$tmp/half" "$tmp/a/summary.csv"
expect 0 "" --resume "$tmp/a"
check_rows "$tmp/a/summary.csv"
[ "$(latency_rows "$tmp/a/summary.csv")" = 8 ] || fail "the half row was not made good"

# --msr alone measures nothing else, with a pattern that besides; and resumes.
expect 0 "" $short --output "$tmp/msr" --msr 0x1b --msr 0x3b:wr=0
[ "$(latency_rows "$tmp/msr/summary.csv")" = 6 ] || fail "not 3 MSR ops x 2 launches"
head -n 4 "$tmp/msr/summary.csv" >"$tmp/half"
cp "$tmp/half" "$tmp/msr/summary.csv"
expect 0 "" --resume "$tmp/msr"
check_rows "$tmp/msr/summary.csv"
[ "$(latency_rows "$tmp/msr/summary.csv")" = 6 ] || fail "--msr was not resumed"
grep -q 'msr/wr-0x3b,value=0x0,' "$tmp/msr/summary.csv" || fail "no row of the value"
expect 0 "" $short --output "$tmp/msr2" --msr 0x1b:rd 'base/*'
[ "$(latency_rows "$tmp/msr2/summary.csv")" = 6 ] || fail "not 3 variants x 2 launches"

# Ctrl-C: says how to go on.
"$run_bench" --launches 50 --time 0.05 --output "$tmp/int" 'base/*' \
	>"$tmp/out" 2>"$tmp/err" &
pid=$!
while ! [ -s "$tmp/int/env.json" ] && kill -0 $pid 2>/dev/null; do
	sleep 0.01
done
sleep 0.2
kill -TERM $pid
wait $pid
[ $? = 1 ] || fail "an interrupted run does not end with 1"
grep -qF -- "--resume $tmp/int" "$tmp/err" || fail "no hint to resume"

[ $failures = 0 ] && echo "all command line tests passed"
exit $((failures > 0))
