#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/fleet/run with an ssh and a run-bench that do as if: each host is a
# directory, and fails as it is told to. GNU parallel is the real one. Takes the
# directory of scripts/. nightly-fleet.sh has real ones.
# shellcheck disable=SC2015,SC2086,SC2317 # "A && B || C"; called by name
set -u
scripts=$1
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"
ids=0
output="$tmp/it's output"

# What it looks for on a host is looked for in the host's directory.
make_scripts() {
	mkdir -p "$tmp/bin" "$tmp/a tree/scripts" "$tmp/hosts"
	cp -R "$scripts/fleet" "$scripts/shell-parts.sh" "$tmp/a tree/scripts/"
	# shellcheck disable=SC2016 # for on-host.sh
	sed -i 's|/dev/kvm|$FAKE_HOST/kvm|' "$tmp/a tree/scripts/fleet/on-host.sh"
	PATH=$tmp/bin:$PATH
	export PATH
}

# The last argument but one is the host: HOST or USER@HOST. Each connection
# takes a line of the host's file "connections", until there is none.
make_ssh() {
	{
		echo "#!/bin/sh"
		echo "hosts=$tmp/hosts"
		cat <<-'END'
		options=
		while [ $# -gt 2 ]; do
			options="$options$1,"
			shift
		done
		FAKE_HOST=$hosts/${1#*@} TMPDIR=$hosts/${1#*@}/tmp
		echo "$options" >"$FAKE_HOST/options"
		export FAKE_HOST TMPDIR
		mode=$(head -n 1 "$FAKE_HOST/connections")
		sed -i 1d "$FAKE_HOST/connections"
		case $mode in
		refuse)
			echo "ssh: connect to host $1: Connection refused" >&2
			exit 255
			;;
		greet) echo "Welcome to $1!" ;;
		lose)
			# It goes on there, as if nobody had told the host.
			mkfifo "$FAKE_HOST/hold"
			exec 4<&0 # what & takes from standard input
			{ cat <&4; cat "$FAKE_HOST/hold"; } | sh -c "$2" &
			until [ -e "$FAKE_HOST/hangs" ]; do
				sleep 0.1
			done
			echo 'Connection closed by remote host' >&2
			exit 255
			;;
		esac
		exec sh -c "$2"
		END
	} >"$tmp/bin/ssh"
	chmod +x "$tmp/bin/ssh"
}

# How it ends stands in the host's file "run".
make_run_bench() {
	cat >"$tmp/bin/run-bench" <<-'END'
	#!/bin/sh
	case $* in
	--version)
		[ ! -e "$FAKE_HOST/library" ] || {
			echo "$0: cannot open shared object file" >&2
			exit 127
		}
		echo fake
		exit
		;;
	*--dry-run*--bogus*)
		echo "run-bench: unknown option '--bogus'" >&2
		exit 2
		;;
	*--dry-run*) exit ;;
	esac
	printf '%s\n' "$@" >"$FAKE_HOST/arguments"
	mode=$(cat "$FAKE_HOST/run")
	id=20260131T120000Z-$(basename "$FAKE_HOST").$(cat "$FAKE_HOST/id")
	case $mode in
	unmet)
		echo "run-bench: 'cpus>=4' is not met" >&2
		exit 77
		;;
	killed) kill -9 $$ ;;
	esac
	mkdir -p "results/$id"
	cd "results/$id"
	echo rows >summary.csv
	: >histogram.csv
	end() {
		echo '{ "finished_utc": "2026-01-31T12:00:00Z",' >env.json
		printf ' "host": "%s"\n}\n' "${1:-$(basename "$FAKE_HOST")}" \
			>>env.json
	}
	case $mode in
	ok) end ;;
	twin) end twin ;;
	rows)
		end
		echo 'exit/cpuid cpl=0   10   12  3.0%  ok'
		echo 'exit/xsetbv        -    -      -  fail [1]'
		echo 'ipi/cross a=1,b=2  - -         -  fail [2]'
		echo '[1] no exit'
		exit 1
		;;
	tap)
		end
		printf 'TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b c=1\n'
		exit 1
		;;
	skip) end; exit 77 ;;
	full)
		echo "run-bench: cannot write 'summary.csv': no space left" >&2
		exit 1
		;;
	fails)
		echo "run-bench: cannot open '/dev/kvm': busy" >&2
		echo "Try 'run-bench run --help'." >&2
		exit 1
		;;
	quiet) ;;
	hang)
		trap 'echo interrupted >&2; exit 1' TERM
		: >"$FAKE_HOST/hangs"
		while :; do
			sleep 0.1
		done
		;;
	esac
	exit 0
	END
	chmod +x "$tmp/bin/run-bench"
}

# host NAME RUN [CONNECTION...]
host() {
	mkdir -p "$tmp/hosts/$1/tmp"
	: >"$tmp/hosts/$1/kvm"
	echo "$2" >"$tmp/hosts/$1/run"
	ids=$((ids + 1))
	echo $ids >"$tmp/hosts/$1/id"
	name=$1
	shift 2
	printf '%s\n' "$@" >"$tmp/hosts/$name/connections"
}

fleet() {
	timeout 120 "$tmp/a tree/scripts/fleet/run" --output "$output" \
		--executable "$tmp/bin/run-bench" "$@" \
		>"$tmp/table" 2>"$tmp/err"
	status=$?
}

# is HOST STATE ATTEMPTS RESULTS [WHY]: expressions
is() {
	grep -qE "^$1 +$2 +$3 +[0-9]+ +$4( +${5-}|)\$" "$tmp/table" ||
		fail "$1 is not: $2 $3 $4 ${5-}: $(cat "$tmp/table")"
}

ended() {
	[ "$status" = "$1" ] ||
		fail "$2: status $status, not $1: $(cat "$tmp/err" "$tmp/table")"
	left=$(find "$tmp"/hosts/*/tmp -mindepth 1 -maxdepth 1)
	[ -z "$left" ] || fail "$2: left on hosts: $left"
	left=$(find "$output" -name tmp -o -name hosts -o -name on-host)
	[ -z "$left" ] || fail "$2: left here: $left"
}

# refused STATUS TEXT ARGUMENT...: before any host is asked.
refused() {
	want=$1 text=$2
	shift 2
	fleet "$@"
	[ "$status" = "$want" ] || fail "fleet $*: status $status, not $want"
	[ -z "$text" ] || grep -qF -- "$text" "$tmp/err" ||
		fail "fleet $*: no '$text' in: $(cat "$tmp/err")"
	[ ! -e "$output" ] || fail "fleet $*: made '$output'"
}

test_usage() {
	refused 2 "option '--hosts' is missing"
	refused 2 "option '--hosts' needs a value" --hosts
	refused 2 "option '--hosts' needs a value" --hosts -- --quick
	refused 2 "unknown option '--speed'" --hosts a --speed 1
	refused 2 "unknown argument 'exit/*'" --hosts a 'exit/*'
	refused 2 "invalid value 'x' of '--retries'" --hosts a --retries x
	refused 2 "invalid value '0' of '--timeout'" --hosts a --timeout=0
	refused 2 "invalid value '-1' of '--jobs'" --hosts a --jobs -1
	refused 2 "of '--ssh'" --hosts a --ssh "ssh -i 'key"
	refused 1 "cannot find 'nothing'" --hosts a --ssh 'nothing -i key'
	refused 2 "names no host" --hosts ,
	refused 2 "invalid host '-oProxyCommand=x'" --hosts=-oProxyCommand=x
	refused 2 "invalid host 'a b'" --hosts 'a b'
	refused 2 "invalid host 'a/b'" --hosts a/b
	refused 2 "invalid host 'a;b'" --hosts 'a;b'
	refused 2 "invalid host 'a:'" --hosts a:
	refused 2 "host 'a' is given twice" --hosts a,root@a
	refused 1 "cannot read '$tmp'" --hosts "$tmp"
	refused 2 "'--output' is for the fleet" --hosts a -- --output x
	refused 2 "unknown option '--bogus'" --hosts a -- --bogus
	refused 1 "cannot execute '$tmp/none'" --hosts a --executable "$tmp/none"
	refused 0 '' --help
	refused 0 '' --hosts 'a,root@b:22,[::1]:23,fe80::1%eth0' --dry-run -- -x
	for line in "a		$output/a" "root@b port 22	$output/b-22" \
		"::1 port 23	$output/v6--1-23" \
		"fe80::1%eth0	$output/fe80--1-eth0"; do
		tr -s '\t' <"$tmp/table" | grep -qF "$(echo "$line" |
			tr -s '\t')" || fail "the plan has no '$line'"
	done
}

test_states() {
	host fine ok
	host greets ok greet
	host rows rows
	host tap tap
	host skips skip
	host unmet unmet
	host full full
	host fails fails
	host quiet quiet
	host killed killed
	host refuses ok refuse refuse
	host returns ok refuse
	host library ok
	: >"$tmp/hosts/library/library"
	host bare ok
	rm "$tmp/hosts/bare/kvm"
	{
		printf ' fine # the best\n#none\n\ngreets\n'
		printf '%s\n' rows tap skips unmet full fails quiet killed \
			refuses returns library bare
	} >"$tmp/list"
	fleet --hosts "$tmp/list" -- --label "it's" 'base/*'
	ended 1 states
	id=20260131T120000Z run='fleet\.[^ ]*'
	is fine ok 1 "fine/$id-fine[^ ]*"
	is greets ok 1 "greets/$id-greets[^ ]*"
	is rows 'failed rows' 1 "rows/$id-rows[^ ]*" \
		'2 failed: exit/xsetbv, ipi/cross a=1,b=2'
	is tap 'failed rows' 1 "tap/$id-tap[^ ]*" '1 failed: b c=1'
	is skips skipped 1 "skips/$id-skips[^ ]*" 'all rows were skipped'
	is unmet skipped 1 - "run-bench: 'cpus>=4' is not met"
	is full 'disk full' 1 "$run/full.1.tar" '.*no space left'
	is fails failed 2 "$run/fails.2.tar" \
		".*'/dev/kvm': busy; before that: failed"
	is quiet died 2 "$run/quiet.2.tar" \
		'no whole results came back; before that: died'
	is killed died 2 - '.*signal 9; before that: died'
	is refuses unreachable 2 - \
		'.*Connection refused; before that: unreachable'
	is returns ok 2 "returns/$id-returns[^ ]*" 'before that: unreachable'
	is library 'cannot execute' 1 - '.*shared object file'
	is bare 'no kvm' 1 - 'there is no .*'
	printf '%s\n' run --no-plots --label "it's" 'base/*' |
		cmp -s - "$tmp/hosts/fine/arguments" ||
		fail "arguments: $(cat "$tmp/hosts/fine/arguments")"
	for name in unmet full fails quiet killed refuses library bare; do
		[ ! -e "$output/$name" ] || fail "$name: has results"
	done
	[ "$(cat "$output"/fine/*/summary.csv)" = rows ] ||
		fail 'fine: no results'
	night=$(tail -n 1 "$tmp/table")
	[ -s "$night/table.txt" ] && [ -s "$night/jobs.log" ] &&
		[ -s "$night/returns.1.log" ] || fail 'no records'
}

# hangs NAME: until its run has begun.
hangs() {
	tries=200
	until [ -e "$tmp/hosts/$1/hangs" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			fail "nothing runs on $1"
			return
		}
		sleep 0.1
	done
}

# Added to what is there; nothing of it changes.
test_again() {
	host fine ok
	host skips skip
	before=$(find "$output" -type f -exec cksum {} + | sort)
	fleet --hosts fine,skips --retries 0
	ended 0 again
	after=$(find "$output" -type f -exec cksum {} + | sort)
	gone=$(printf '%s\n' "$before" | while IFS= read -r line; do
		printf '%s\n' "$after" | grep -qxF "$line" || echo "$line"
	done)
	[ -z "$gone" ] || fail "again: changed: $gone"
	# Its next run has the same name.
	fleet --hosts fine
	ended 1 'the same name'
	is fine 'not collected' 1 'fleet.*fine.1.tar' "'.*' is there already"
	host skips skip
	fleet --hosts skips
	ended 77 'all skipped'
}

test_twins() {
	host a twin
	host b twin
	fleet --hosts a,b
	ended 0 twins
	grep -q "call themselves 'twin'" "$tmp/err" || fail 'twins: not said'
}

test_ssh_options() {
	host a ok
	fleet --hosts root@a:2222 --ssh "ssh -i '/a key' -p 1"
	ended 0 options
	grep -q '^-i,/a key,-p,1,.*-o,BatchMode=yes,.*,-p,2222,--,$' \
		"$tmp/hosts/a/options" ||
		fail "options: $(cat "$tmp/hosts/a/options")"
	is a-2222 ok 1 'a-2222/[^ ]*'
}

# The second attempt ends what the first one left running.
test_lost() {
	host a hang lose
	fleet --hosts a --timeout 8
	# Lets the connection end that was only said to be lost.
	: <>"$tmp/hosts/a/hold"
	ended 1 lost
	is a 'timed out' 2 '.*' 'no end within 8 s; before that: died'
	grep -qx interrupted "$output"/fleet.*/a.1.log ||
		fail 'lost: the first attempt went on'
}

test_timeout() {
	host a hang
	host b ok
	fleet --hosts a,b --timeout 6 --retries 0
	ended 1 timeout
	is a 'timed out' 1 'fleet\.[^ ]*/a.1.tar' 'no end within 6 s'
	is b ok 1 'b/[^ ]*'
	tar -tf "$(find "$output" -name a.1.tar | tail -n 1)" |
		grep -q summary.csv || fail 'timeout: the partial results are lost'
}

test_interrupt() {
	host a hang
	host b hang
	"$tmp/a tree/scripts/fleet/run" --output "$output" --hosts a,b,c,d \
		--jobs 2 --executable "$tmp/bin/run-bench" \
		>"$tmp/table" 2>"$tmp/err" &
	pid=$!
	hangs a
	hangs b
	kill -TERM $pid
	wait $pid
	status=$?
	ended 1 interrupt
	is a interrupted 1 'fleet\.[^ ]*/a.1.tar' 'by the user'
	is b interrupted 1 'fleet\.[^ ]*/b.1.tar' 'by the user'
	is c interrupted 0 - 'by the user'
}

# Processes that read what the fleet sent.
readers() {
	for input in /proc/[0-9]*/fd/0; do
		case $(readlink "$input") in
		"$tmp"/*) echo "$input" ;;
		esac
	done
} 2>/dev/null

# Nothing on a host outlives its run: who waits there for a process number that is
# another's by now would end that one.
nothing_is_left() {
	seconds=20
	while [ -n "$(readers)" ] && [ $seconds -gt 0 ]; do
		seconds=$((seconds - 1))
		sleep 1
	done
	[ -z "$(readers)" ] || fail "still there: $(readers)"
}

parallel --version 2>/dev/null | grep -q 'GNU parallel' || {
	echo 'SKIP: there is no GNU parallel'
	exit 77
}
make_scripts
make_ssh
make_run_bench
[ $# -gt 1 ] && shift ||
	set -- usage states again twins ssh_options lost timeout interrupt
for part; do
	[ "$part" = usage ] || [ "$part" = again ] || {
		rm -rf "$tmp/hosts" "$output"
		mkdir "$tmp/hosts"
	}
	"test_$part"
done
nothing_is_left
exit $((failures > 0))
