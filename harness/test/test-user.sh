#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run-bench as an ordinary user who may use /dev/kvm, and no capability: what
# needs no more is measured, all else says what it needs. Takes the executable.
# Only root can become another user: skipped (77) for others. The user's /dev/kvm
# is a node of its own in a mount namespace: nothing of this system changes.
set -u
run_bench=$1
user=65534 # who owns nothing

[ "$(id -u)" = 0 ] && [ -c /dev/kvm ] || exit 77
command -v setpriv >/dev/null || exit 77

if [ "${2-}" != inside ]; then
	unshare --mount true 2>/dev/null || exit 77 # root of a container
	exec unshare --mount "$0" "$run_bench" inside
fi

. "$(dirname "$0")/shell.sh"
trap 'umount /dev/kvm "$tmp/dev"; rm -rf "$tmp"' EXIT

mkdir "$tmp/dev" "$tmp/home"
chmod 755 "$tmp"
chown $user:$user "$tmp/home"
cp "$run_bench" "$tmp/run-bench"
mount -t tmpfs -o mode=755 tmpfs "$tmp/dev" &&
	mknod -m 600 "$tmp/dev/kvm" c "$(stat -c 0x%t /dev/kvm)" \
		"$(stat -c 0x%T /dev/kvm)" &&
	mount --bind "$tmp/dev/kvm" /dev/kvm || exit 77

# expect STATUS TEXT ARGUMENT...: of run-bench, as that user
expect() {
	status=$1 text=$2
	shift 2
	(cd "$tmp/home" && setpriv --reuid $user --regid $user --clear-groups \
		--inh-caps=-all --no-new-privs "$tmp/run-bench" "$@") \
		>"$tmp/out" 2>&1
	got=$?
	[ $got = "$status" ] ||
		fail "run-bench $*: status $got, not $status: $(cat "$tmp/out")"
	grep -qF -- "$text" "$tmp/out" ||
		fail "run-bench $*: '$text' is not in: $(cat "$tmp/out")"
}

# rows REGEX: of the last run, without the columns of the run
rows() {
	cut -d, -f8- "$tmp/home/res/summary.csv" | grep -E "$1"
}

expect 1 "cannot open '/dev/kvm': Permission denied (run as root, or join" \
	--quick exit/cpuid
chmod 666 "$tmp/dev/kvm"
expect 0 'exit/cpuid' list

expect 0 'exit/cpuid' --quick --launches 2 --output res 'exit/cpuid' \
	'exit/pio-user' 'timer/tscdeadline-immed' 'ipi/cross' 'vm/create' \
	'nmi/host-db' 'nmi/host-pmi'
rows ',latency,tsc,fail' && fail 'a row failed'
for bench in exit/cpuid exit/pio-user vm/create; do
	rows "^$bench,.*,latency,tsc,(ok|unverified)" >"$tmp/some" ||
		fail "no row of $bench"
done
# What the kernel does not let users count is a skip with its reason, no zero.
if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 1 ]; then
	rows '^exit/cpuid,cpl=3,cycles:host-kernel,per_op,skip,.*CAP_PERFMON' \
		>"$tmp/some" || fail "cycles:host-kernel: $(rows cycles)"
	rows '^nmi/host-db,.*,latency,tsc,skip,.*CAP_PERFMON' >"$tmp/some" ||
		fail "nmi/host-db: $(rows nmi/host-db)"
fi
rows '^exit/cpuid,cpl=3,msr_writes,per_op,skip,.+' >"$tmp/some" ||
	fail "msr_writes: $(rows msr_writes)"

# Options that need more say so, before anything is measured.
expect 1 "'--fifo' needs root or CAP_SYS_NICE" --quick --fifo exit/cpuid
ulimit -l 64
expect 1 "'--mlock' needs root or 'ulimit -l unlimited'" \
	--quick --mlock exit/cpuid
rm -r "$tmp/home/res"
expect 0 'tune: 0 settings are changed' --quick --launches 1 --tune --output res \
	exit/cpuid

[ $failures = 0 ]
