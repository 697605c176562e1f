#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two ways to count: what KVM's statistics and the kernel's tracepoints say, read
# by the suite in the machine, against what the emulated CPU itself counted.
#
# usage: nightly-counts.sh RUN-BENCH KERNEL
# KERNEL is one of `lab kernel`.
set -u
run_bench=$1 kernel=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# The mean of a counter over the launches that counted it; 0 when none did.
counted() { # SUMMARY METRIC
	awk -v metric="$2" '
		# The columns from the metric on hold no commas.
		{
			n = split($0, f, ",")
			for (i = 1; i <= n; i++)
				if (f[i] == metric && f[i + 1] == "per_op" && f[i + 2] == "ok") {
					sum += f[i + 8]
					launches++
				}
		}
		END { printf "%.2f\n", launches ? sum / launches : 0 }' "$1/summary.csv"
}

emulated() { # PROFILE WORD...
	file=$1
	shift
	awk -v name="$*" '
		substr($0, 3, length(name)) == name { sum += $NF }
		END { printf "%.2f\n", sum }' "$file"
}

compare() { # MACHINE VARIANT WHAT SUITE EMULATOR
	if awk -v a="$4" -v b="$5" 'BEGIN { exit int(a + 0.5) != int(b + 0.5) }'; then
		passed=$((passed + 1))
		printf '%-12s %-52s %-18s %5s %5s\n' "$1" "$2" "$3" "$4" "$5"
	else
		failed=$((failed + 1))
		printf '%-12s %-52s %-18s %5s %5s DIFFERENT\n' "$1" "$2" "$3" "$4" "$5"
	fi
}

check() { # MACHINE VARIANT SECONDS
	rm -rf "$tmp/run" "$tmp/explain"
	"$run_bench" lab run --machine "$1" --output "$tmp/run" "$kernel" "$2" -- \
		--quick --launches 4 --time "$3" >"$tmp/log" 2>&1 &&
		"$run_bench" lab explain --machine "$1" --output "$tmp/explain" \
			"$kernel" "$2" >"$tmp/log" 2>&1 || {
		cat "$tmp/log"
		failed=$((failed + 1))
		return
	}
	profile=$tmp/explain/explain.txt
	compare "$1" "$2" 'VM-exits' "$(counted "$tmp/run" exits)" \
		"$(emulated "$profile" VM-exit)"
	compare "$1" "$2" 'VM-entries' "$(counted "$tmp/run" kvm:kvm_entry)" \
		"$(emulated "$profile" VM-entry)"
	compare "$1" "$2" 'RDMSR' "$(counted "$tmp/run" msr_reads)" \
		"$(emulated "$profile" RDMSR)"
	compare "$1" "$2" 'WRMSR' "$(counted "$tmp/run" msr_writes)" \
		"$(emulated "$profile" WRMSR)"
}

cat <<-END
	# harness/test/nightly-counts.sh RUN-BENCH KERNEL, KERNEL by run-bench lab kernel
	# What the suite counted (KVM statistics, tracepoints; mean of the launches that
	# counted it), and what the emulated CPU counted in one op in the middle. They pass
	# when they are the same rounded to whole numbers: the host kernel's own timer comes
	# every 4 ms, which on vmx is in every 29th op that leaves to user space, and counts.

END
printf '%-12s %-52s %-18s %5s %5s\n' machine variant 'an op' suite emulator
for machine in svm vmx,apicv=0; do
	seconds=0.02
	[ "$machine" = svm ] || seconds=0.1
	for variant in 'exit/cpuid[cpl=0]' 'exit/pio-user[cpl=3]' \
		'msr/tsc-aux-per-entry[shape=user,aux=same]' \
		'msr/tsc-aux-per-entry[shape=user,aux=different]'; do
		check "$machine" "$variant" "$seconds"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
