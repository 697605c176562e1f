# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2317
# What runs on each host, for any sh, after lines that set $size, $token, which
# is this fleet run's, and run's arguments. Standard input is the executable, $size bytes, and ends when the
# connection does, or when the other end wants this to end. Standard output is a
# line, and in the end a tar of the results.
# Exit status: run-bench's, or one of those below.
umask 077
export LC_ALL=C
cannot_start=90 disk_full=91 no_kvm=92 cannot_execute=93
dir='' run='' watch=''

# give_up STATUS TEXT
give_up() {
	echo "fleet: $2" >&2
	exit "$1"
}

clean() {
	trap '' HUP INT TERM PIPE
	[ -z "$run" ] || kill -KILL "$run" 2>/dev/null
	[ -z "$watch" ] || kill "$watch" 2>/dev/null
	[ -z "$dir" ] || rm -rf "$dir"
}
trap clean EXIT
# Without a handler a signal would end the shell before it could clean.
trap 'exit 143' HUP INT TERM PIPE

check_host() {
	case $(uname -sm) in
	'Linux x86_64') ;;
	*) give_up $cannot_start "not Linux on x86-64, but $(uname -sm)" ;;
	esac
	[ -e /dev/kvm ] || give_up $no_kvm "there is no '/dev/kvm'"
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || give_up $no_kvm \
		"cannot open '/dev/kvm': Permission denied for $(id -un)"
}

# cannot DO TEXT: TEXT, which a command said, tells whether the disk is full.
cannot() {
	case $2 in
	*'No space left'* | *'Disk quota'*) give_up $disk_full "cannot $1: $2" ;;
	*) give_up $cannot_start "cannot $1: $2" ;;
	esac
}

# runs_in DIR PID: it is the run in that directory, and not another process that
# has its number since it ended.
runs_in() {
	home=$(cd "$1" && pwd -P) || return 1
	at=$(readlink "/proc/$2/cwd") || return 1
	case $at/ in
	"$home"/*) [ "$home" != / ] ;;
	*) return 1 ;;
	esac
} 2>/dev/null

# A host that lost its network does not know yet that the attempt is over.
end_earlier() {
	for old in "${TMPDIR:-/tmp}/$token".*; do
		[ -d "$old" ] || continue
		pid=$(cat "$old/pid" 2>/dev/null)
		seconds=10
		while [ -n "$pid" ] && [ $seconds -gt 0 ] &&
			runs_in "$old" "$pid"; do
			[ $seconds -ne 10 ] || kill -TERM "$pid"
			seconds=$((seconds - 1))
			sleep 1
		done
		[ -z "$pid" ] || ! runs_in "$old" "$pid" ||
			kill -KILL "$pid"
		rm -rf "$old"
	done
}

receive() {
	dir=$(mktemp -d "${TMPDIR:-/tmp}/$token.XXXXXX" 2>&1) || {
		text=$dir dir=''
		cannot 'make a directory' "$text"
	}
	cd "$dir" || exit $cannot_start
	text=$({ head -c "$size" >run-bench; } 2>&1) ||
		cannot 'copy run-bench' "$text"
	[ "$(wc -c <run-bench)" -eq "$size" ] ||
		give_up $cannot_start 'the executable did not arrive whole'
	chmod 700 run-bench
	# Shared libraries that are missing, a file system without exec.
	text=$(./run-bench --version 2>&1) ||
		give_up $cannot_execute "cannot execute run-bench: $text"
	echo "fleet: $text on $(uname -n), $(uname -r)" >&2
}

# Its rows are on the disk when it has ended, if it can: 10 s for that.
stop_run() {
	runs_in "$dir" "$run" && kill -TERM "$run"
	sleep 10
	runs_in "$dir" "$run" && kill -KILL "$run"
} 2>/dev/null

echo vmentry-bench-fleet
check_host
end_earlier
receive
# An asynchronous command reads nothing unless told to.
exec 3<&0
./run-bench run "$@" </dev/null >&2 3<&- &
run=$!
echo "$run" >pid
(
	trap - EXIT HUP INT TERM PIPE
	read -r nothing
	stop_run
) <&3 >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$run"
status=$?
run=''
# Not needed for what is to be packed, if there is no room at all.
rm -f run-bench
[ ! -d results ] || tar -cf - results ||
	give_up $cannot_start 'cannot pack the results'
exit "$status"
