#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest's TSC_AUX kills the kernel that reads it in the paranoid entry, and not
# the other, in three boots of three; and what it takes does nothing elsewhere.
# usage: nightly-reproduce.sh RUN-BENCH TSC-AUX-NMI KERNELS
set -u
run_bench=$1 program=$2 kernels=$3
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

times() { # N TEXT
	[ "$(grep -c "$2" "$tmp/out")" = "$1" ] || {
		cat "$tmp/out"
		return 1
	}
}

refuses() {
	"$program" db >"$tmp/refused" 2>&1
	[ $? = 2 ] && grep -q 'only for machines of the lab' "$tmp/refused"
}

check "this machine is left alone" refuses
"$run_bench" lab bochs --source debian || exit 1
"$run_bench" lab reproduce --output "$tmp/reproduced" tsc-aux-nmi "$kernels" >"$tmp/out"
status=$?
check "the exit status is 0" [ "$status" = 0 ]
check "both kernels live with the host's own value" times 12 'with the host.s own TSC_AUX$'
check "the one with the bug dies" times 6 '^  dies of TSC_AUX 0x'
check "the other one lives" times 6 '^  lives through [0-9]* .* with 64 TSC_AUXs of the guest$'
check "the verdict" times 1 '^tsc-aux-nmi: reproduced$'
[ "$failed" = 0 ]
