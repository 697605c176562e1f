#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/fleet/run for real: hosts that are namespaces of this machine, each
# with its own network, name, processes and temporary directory, and an sshd;
# and guests on /dev/kvm. Needs root; everything ends with this process.
#
#	harness/test/nightly-fleet.sh SCRIPTS RUN-BENCH [SCENARIO...]
#
# shellcheck disable=SC2015,SC2086,SC2317 # "A && B || C"; called by name
set -u
scripts=$1 run_bench=$2
for tool in parallel ssh-keygen ip unshare nsenter; do
	command -v $tool >/dev/null || {
		echo "SKIP: there is no '$tool'"
		exit 77
	}
done
[ -x /usr/sbin/sshd ] || {
	echo "SKIP: there is no '/usr/sbin/sshd'"
	exit 77
}
[ -w /dev/kvm ] && [ "$(id -u)" = 0 ] || {
	echo 'SKIP: neither root nor /dev/kvm, or only one of them'
	exit 77
}
[ -n "${FLEET_TEST-}" ] || FLEET_TEST=yes exec unshare --net --mount --pid \
	--fork --kill-child --mount-proc "$0" "$@"

# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"
PATH=$PATH:/usr/sbin

die() {
	echo "nightly-fleet: $*" >&2
	exit 1
}

# The first process of a host. /run for sshd's own directory; a file system of
# SIZE for temporary files.
make_host_script() {
	cat >"$tmp/host" <<-'END'
	#!/bin/sh
	set -e
	dir=$1 name=$2 size=$3 kvm=$4
	hostname "$name"
	mount -t tmpfs tmpfs /run
	mkdir /run/sshd
	mount -t tmpfs -o size="$size" tmpfs "$dir/tmp"
	if [ "$kvm" = no-kvm ]; then
		mkdir "$dir/dev"
		mount --bind /dev "$dir/dev"
		mount -t tmpfs tmpfs /dev
		for device in null zero random urandom; do
			touch /dev/$device
			mount --bind "$dir/dev/$device" /dev/$device
		done
	fi
	until ip link set eth0 up 2>/dev/null; do
		sleep 0.1
	done
	ip link set lo up
	ip address add "$(cat "$dir/address")/24" dev eth0
	exec /usr/sbin/sshd -D -e -f "$dir/sshd_config"
	END
	chmod +x "$tmp/host"
}

write_config() {
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
	cat >"$dir/sshd_config" <<-END
	HostKey $dir/host_key
	AuthorizedKeysFile $tmp/key.pub
	StrictModes no
	UsePAM no
	PermitRootLogin yes
	PidFile none
	SetEnv TMPDIR=$dir/tmp
	END
	echo "$address $(cut -d ' ' -f 1,2 "$dir/host_key.pub")" \
		>>"$tmp/known_hosts"
}

# host NAME NUMBER [SIZE [no-kvm]]
host() {
	dir=$tmp/$1 address=10.83.0.$2
	mkdir -p "$dir/tmp"
	echo "$address" >"$dir/address"
	write_config
	unshare --net --uts --mount --pid --fork --kill-child --mount-proc \
		"$tmp/host" "$dir" "$1" "${3-64m}" "${4-}" \
		>"$dir/log" 2>&1 &
	echo $! >"$dir/unshare"
	ip link add "to-$1" type veth peer name "eth-$1"
	ip link set "to-$1" master rack up
	until [ -s "$dir/pid" ]; do
		sleep 0.1
		pgrep -P "$(cat "$dir/unshare")" >"$dir/pid"
	done
	ip link set "eth-$1" netns "$(cat "$dir/pid")" name eth0
}

# The host's own view of its temporary directory.
host_tmp() {
	echo "/proc/$(cat "$tmp/$1/pid")/root$tmp/$1/tmp"
}

make_rack() {
	ip link set lo up
	ip link add rack type bridge
	ip link set rack up
	ip address add 10.83.0.1/24 dev rack
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
	make_host_script
	size=$(stat -c %s "$run_bench")
	host good 11
	host better 12
	host killed 13
	host full 14 $((size / 2))
	host nearly 15 $(((size / 4096 + 14) * 4096))
	host bare 16 64m no-kvm
	for name in good better killed full nearly bare; do
		tries=100
		until $ssh "$(cat "$tmp/$name/address")" true \
			2>"$tmp/ssh.err"; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || die "cannot log in to '$name':" \
				"$(cat "$tmp/ssh.err" "$tmp/$name/log")"
			sleep 0.2
		done
	done
}

# Dead at once, and nothing says so: no process, and no link.
kill_host() {
	echo "nightly-fleet: '$1' loses power"
	ip link set "to-$1" down
	kill -KILL "$(cat "$tmp/$1/pid")"
}

# rows_on NAME COUNT: wait until a run there has written that many rows.
rows_on() {
	tries=600
	until [ "$(cat "$(host_tmp "$1")"/*/results/*/summary.csv 2>/dev/null |
		wc -l)" -gt "$2" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			fail "no run on '$1'"
			return
		}
		sleep 0.1
	done
}

# fleet ARGUMENT...: status and table; NAMES are addresses here.
fleet() {
	timeout 600 "$scripts/fleet/run" --ssh "$ssh" \
		--executable "$run_bench" --output "$night" "$@" \
		>"$tmp/table" 2>"$tmp/err"
	status=$?
	cat "$tmp/err" "$tmp/table"
}

# address_of NAME...: joined by commas
addresses() {
	for name; do
		cat "$tmp/$name/address"
	done | paste -sd ,
}

# is NAME STATE ATTEMPTS [WHY]: the host's line of the table.
is() {
	address=$(cat "$tmp/$1/address")
	grep -qE "^$address +$2 +$3 .*${4-}" "$tmp/table" ||
		fail "'$1' is not '$2' after $3 attempts, '${4-}'"
}

# whole NAME: its run is collected, of it alone, with every row.
whole() {
	set -- "$1" "$night/$(cat "$tmp/$1/address")"/*
	[ $# = 2 ] && [ -s "$2/histogram.csv" ] &&
		grep -q finished_utc "$2/env.json" ||
		fail "'$1' has no run, or several: $*"
	rows=$(grep -c ",$1,.*,latency,tsc," "$2/summary.csv")
	[ "$rows" = $((4 * launches)) ] || fail "'$1' has $rows rows"
	"$run_bench" report "$2" >/dev/null || fail "cannot report '$1'"
}

nothing_of() {
	set -- "$1" "$night/$(cat "$tmp/$1/address")"
	[ ! -e "$2" ] || fail "'$1' has results: $(ls "$2")"
}

clean() {
	left=$(ls -A "$(host_tmp "$1")")
	[ -z "$left" ] || fail "'$1' still has: $left"
}

# Six hosts and one that never was; three have results.
test_failures() {
	mkdir "$tmp/dead"
	echo 10.83.0.99 >"$tmp/dead/address"
	launches=10
	{
		rows_on killed 2
		kill_host killed
	} &
	killer=$!
	fleet --hosts "$(addresses good killed full nearly bare dead better)" \
		-- --quick --launches $launches 'base/*' run/syscall run/ioctl
	wait $killer
	[ "$status" = 1 ] || fail "failures: status $status"
	is good ok 1
	is better ok 1
	is killed unreachable 2 'before that: died'
	is full 'disk full' 1 'cannot copy run-bench: .*No space left'
	is nearly 'disk full' 1 'no space left'
	is bare 'no kvm' 1 "there is no '/dev/kvm'"
	is dead unreachable 2 'No route to host.*before that: unreachable'
	whole good
	whole better
	for name in killed full nearly bare dead; do
		nothing_of $name
	done
	for name in good better full nearly bare; do
		clean $name
	done
	[ "$(find "$night" -name '10.83.0.15.1.tar')" ] ||
		fail 'nothing is kept of the run that filled the disk'
	"$run_bench" report --format kcidb "$night"/10.*/* \
		>"$tmp/kcidb" || fail 'cannot export the night'
	[ "$(wc -l <"$tmp/kcidb")" = 1 ] || fail 'not one KCIDB report'
}

# The host lives on, and measures, while nobody can reach it.
test_cut() {
	{
		rows_on good 2
		echo "nightly-fleet: the network of 'good' is cut"
		ip link set to-good down
		until grep -q ': died: ' "$tmp/err"; do
			sleep 0.1
		done
		ip link set to-good up
	} &
	cut=$!
	launches=40
	fleet --hosts "$(addresses good)" -- --quick --launches $launches \
		base/empty run/syscall run/ioctl
	wait $cut
	[ "$status" = 0 ] || fail "cut: status $status"
	is good ok 2 'before that: died'
	whole good
	clean good
}

test_timeout() {
	fleet --hosts "$(addresses better)" --timeout 5 --retries 0 \
		-- --launches 1000 'base/*'
	[ "$status" = 1 ] || fail "timeout: status $status"
	is better 'timed out' 1 'no end within 5 s'
	clean better
	partial=$(find "$night" -name '10.83.0.12.1.tar')
	tar -tf "$partial" | grep -q 'results/.*/summary.csv' ||
		fail "nothing is kept of the run that timed out: '$partial'"
}

test_interrupt() {
	env --default-signal setsid "$scripts/fleet/run" --ssh "$ssh" --executable "$run_bench" \
		--output "$night" --hosts "$(addresses good better)" \
		-- --launches 1000 'base/*' >"$tmp/table" 2>"$tmp/err" &
	fleet=$!
	rows_on good 2
	rows_on better 2
	kill -INT -$fleet
	wait $fleet
	status=$?
	cat "$tmp/err" "$tmp/table"
	[ $status = 1 ] || fail "interrupt: status $status"
	is good interrupted 1
	is better interrupted 1
	clean good
	clean better
}

# Killed outright, it can say nothing to the hosts: the connection's end does.
test_sigkill() {
	env --default-signal setsid "$scripts/fleet/run" --ssh "$ssh" --executable "$run_bench" \
		--output "$night" --hosts "$(addresses good)" \
		-- --launches 1000 'base/*' >"$tmp/table" 2>"$tmp/err" &
	fleet=$!
	rows_on good 2
	# shellcheck disable=SC2046 # they are process ids
	kill -KILL -$fleet $(pgrep -f "$scripts/fleet/one-host")
	tries=200
	while [ "$(ls -A "$(host_tmp good)")" ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	clean good
}

test_skipped() {
	fleet --hosts "$(addresses good better)" -- --require 'kernel>=99'
	[ "$status" = 77 ] || fail "skipped: status $status"
	is good skipped 1 'kernel'
	for run in first second; do
		fleet --hosts "$(addresses good)" -- --quick --launches 1 \
			base/empty
		[ "$status" = 0 ] || fail "$run run: status $status"
	done
	[ "$(find "$night/10.83.0.11" -name summary.csv | wc -l)" = 2 ] ||
		fail 'not added to what was there'
}

ssh="ssh -F /dev/null -i $tmp/key -l root -o ServerAliveInterval=1"
ssh="$ssh -o ServerAliveCountMax=3 -o StrictHostKeyChecking=yes"
ssh="$ssh -o UserKnownHostsFile=$tmp/known_hosts"
make_rack
shift 2
[ $# -gt 0 ] || set -- cut failures timeout interrupt sigkill skipped
for scenario; do
	night=$tmp/night-$scenario
	"test_$scenario"
done
[ $failures = 0 ] && echo 'nightly-fleet: passed'
exit $((failures > 0))
