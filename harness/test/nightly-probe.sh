#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# NMIs of the host in the lab's machines: every row is proven, an NMI's two parts
# make up the whole, and `lab explain` finds as many instructions.
#
# usage: nightly-probe.sh RUN-BENCH KERNEL
# KERNEL is one of `lab kernel`, with its KERNEL.probe.ko.
set -u
run_bench=$1 kernel=$2
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

run() { # MACHINE NAME SECONDS PATTERN...
	machine=$1 name=$2 seconds=$3
	shift 3
	"$run_bench" lab run --machine "$machine" --wall-limit 3000 --output "$tmp/$name" \
		"$kernel" "$@" -- --quick --no-counters --launches 2 --time "$seconds"
}

# Some rows, and none but these statuses; latency is followed by unit and status.
proven() { # NAME
	grep -c ',latency,tsc,ok,' "$tmp/$1/summary.csv" &&
		! grep ',latency,tsc,' "$tmp/$1/summary.csv" | grep -v ',latency,tsc,ok,'
}

adds_up() { # NAME
	awk '
		/host-ipi,/ && match($0, /from=[a-z-]*/) {
			from = substr($0, RSTART, RLENGTH)
			match($0, /part=[a-z]*/)
			part = substr($0, RSTART, RLENGTH)
			sub(/.*,latency,/, "")
			split($0, f, ",")
			ticks[from, part] = f[7] # unit, status, reason, n, min, p25, p50
			froms[from]
		}
		END {
			for (from in froms) {
				n++
				parts = ticks[from, "part=deliver"] + ticks[from, "part=return"]
				if (parts < 200 || parts != ticks[from, "part=whole"])
					exit 1
			}
			exit n != 2
		}' "$tmp/$1/summary.csv"
}

explained() { # MACHINE NAME
	"$run_bench" lab explain --machine "$1" --wall-limit 3000 --output "$tmp/explain-$2" \
		"$kernel" 'nmi/host-ipi[from=run-loop,part=whole]' &&
		grep -q 'paranoid_entry' "$tmp/explain-$2/explain.txt"
}

for machine in svm vmx,features=rdpid; do
	name=${machine%%,*}
	seconds=0.003
	[ "$name" = svm ] || seconds=0.02
	check "$machine: a run" run "$machine" "$name" $seconds nmi/host-ipi \
		'insn/[lsw]*[where=host0]' 'insn/rdmsr-tsc-aux'
	check "$machine: every row is proven" proven "$name"
	check "$machine: the parts of an NMI are the whole" adds_up "$name"
	check "$machine: the whole is explained" explained "$machine" "$name"
done
check "two CPUs: a run" run vmx,cpus=2 smp 0.02 'nmi/host-ipi*'
check "two CPUs: every row is proven" proven smp

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
