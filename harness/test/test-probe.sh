#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module vmentry_probe: builds for Debian's kernel without a warning, is as
# checkpatch wants it where there is a kernel source to take that from, refuses
# kernels that it does not know, and does what probe-init.c asks of it in a
# machine, loaded, unloaded and loaded again. Needs QEMU and the network once.
# usage: test-probe.sh RUN-BENCH PROBE-DIRECTORY PROBE-INIT
set -u
run_bench=$1 probe=$2 init=$3
command -v apt-get >/dev/null || exit 77 # a skip: there is no Debian to ask
cache=${VMENTRY_BENCH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vmentry-bench}
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

# W=1, and all that a compiler says is a failure.
builds_silently() {
	MAKEFLAGS=W=1 "$run_bench" lab kernel --source linux-image-amd64 --probe \
		--output "$tmp/kernel" >"$tmp/log" 2>&1 || { cat "$tmp/log"; return 1; }
	[ -s "$tmp/kernel.probe.ko" ] && ! grep -i warning "$tmp/log"
}

is_in_style() { # CHECKPATCH
	for file in "$probe"/*.[ch] "$probe"/Kbuild; do
		perl "$1" --strict --no-tree --no-summary --terse -f "$file" || return 1
	done
}

# A kernel that is none: as much as Kbuild asks.
refuses() { # VERSION PATCHLEVEL
	mkdir -p "$tmp/other"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nmodules:\ninclude $(M)/Kbuild\n' "$1" "$2" \
		>"$tmp/other/Makefile"
	! "$probe/build" --kernel-dir "$tmp/other" --output "$tmp/other.ko" >"$tmp/log" 2>&1 &&
		grep -q "knows Linux 5.15 to 6.12, this is $1.$2" "$tmp/log" && [ ! -e "$tmp/other.ko" ]
}

machine() { # KO COMMAND-LINE TEXT QEMU-OPTION...
	ko=$1 append=$2 text=$3
	shift 3
	rm -rf "$tmp/root"
	mkdir -p "$tmp/root/dev"
	cp "$init" "$tmp/root/init"
	cp "$ko" "$tmp/root/probe.ko"
	(cd "$tmp/root" && find . | cpio -o -H newc --quiet) >"$tmp/initrd"
	timeout 300 qemu-system-x86_64 -accel tcg "$@" -cpu max \
		-m 256 -nodefaults -display none -serial stdio -no-reboot \
		-kernel "$tmp/kernel" -initrd "$tmp/initrd" \
		-append "console=ttyS0 panic=-1 loglevel=4 $append" >"$tmp/console" 2>&1
	grep -a "$text" "$tmp/console" && ! grep -aE 'BUG|WARNING|Oops|dazed' "$tmp/console" &&
		return 0
	cat "$tmp/console"
	return 1
}

# One tick of the TSC is one instruction.
counted=shift=0,sleep=off
check "it builds, W=1, without a warning" builds_silently
for checkpatch in "$cache"/source/*/tree/scripts/checkpatch.pl; do
	if [ -e "$checkpatch" ]; then
		check "checkpatch --strict has nothing to say" is_in_style "$checkpatch"
		break
	fi
	echo "NOT TESTED: checkpatch: no kernel source in '$cache/source'"
done
check "an old kernel is refused" refuses 5 14
check "a new kernel is refused" refuses 6 13
check "no kernel is refused" sh -c "! '$probe/build' --kernel-dir '$tmp' --output '$tmp/x.ko'"
check "usage" sh -c "'$probe/build' --frob; [ \$? = 2 ]"
check "it does what it should, twice" machine "$tmp/kernel.probe.ko" '' 'probe: PASSED [0-9]' -icount "$counted"
# Two CPUs of a machine that counts would wait for each other.
check "it does so between CPUs" machine "$tmp/kernel.probe.ko" '' 'probe: PASSED [0-9]' -smp 2
check "it refuses a CPU without an APIC" machine "$tmp/kernel.probe.ko" nolapic \
	'it needs an APIC and a TSC' -icount "$counted"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
