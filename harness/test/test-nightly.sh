#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nightly with a fake run-bench, and one real night. Takes the directory of
# scripts/, run-bench, and names of tests: all, without. Among others, power
# fails before every command that changes something, one after the other.
# shellcheck disable=SC2010,SC2012,SC2015,SC2030,SC2031,SC2317 # names are plain
set -u
scripts=$1 real_run_bench=$2
shift 2
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"
w=$tmp/world r=$tmp/world/root h=$tmp/world/history
export NIGHTLY_ROOT="$r"
fake_settings="w=$tmp/world h=$tmp/world/history"
mkdir "$tmp/bin"
real_path=$PATH
PATH=$tmp/bin:$PATH
export PATH

# --- the world ----------------------------------------------------------------

make_fakes() {
	fake id <<-'END'
	echo 0
	END
	fake uname <<-'END'
	case $1 in
	-n) echo box ;;
	-r) echo 6.1 ;;
	esac
	END
	fake sleep <<-'END'
	echo "$1" >>$w/slept
	/bin/date -u -d "@$(($(cat $w/clock) + $1))" +%s >$w/clock.new
	/bin/mv $w/clock.new $w/clock
	END
	fake date <<-'END'
	exec /bin/date -d "@$(cat $w/clock)" "$@"
	END
	# Not counted: power that fails before it, or after, fails before the
	# command that follows as well.
	fake sync <<-'END'
	printf '%s\n' "$@" >>$w/synced
	END
	for command in mkdir rm cp; do
		echo "exec /bin/$command \"\$@\"" | counted $command
	done
	counted mv <<-'END'
	was_synced() {
		grep -qxF "$1" $w/synced || echo "$1" >>$w/unsynced
	}
	case $1 in
	*.next) was_synced "$1" ;;
	*/run)
		for file in "$1" "$1"/*; do
			was_synced "$file"
		done
		;;
	esac
	: >$w/synced
	exec /bin/mv "$@"
	END
	counted systemctl <<-'END'
	echo "$*" >>$w/systemctl
	END
	counted notify <<-'END'
	echo "$VMENTRY_BENCH_VERDICT $VMENTRY_BENCH_SUBJECT" >>$w/notified
	cat >>$w/mail
	[ ! -e "$VMENTRY_BENCH_RUN/report.txt" ] || echo whole >>$w/whole
	exit $(cat $w/notify-status)
	END
	fake run-bench <<-'END'
	. $w/run-bench
	END
}

# What run-bench does, as far as nightly looks at it.
run_bench_body() {
	cat <<-'END'
	power() {
		turn=$(($(cat $w/turn) + 1))
		echo "$turn" >$w/turn
		[ "$turn" != "$(cat $w/power-fails-at)" ] || kill -9 0
	}
	results() {
		mkdir -p $output || exit 1
		echo run_id,bench,variant,metric,status,reason >$output/summary.csv
		printf '{\n  "run": {\n    "run_id": "%s",\n' $id >$output/env.json
		power
		cat $w/rows >>$output/summary.csv || exit 1
		[ ! -e $w/big ] || cat $w/big >$output/histogram.csv || exit 1
		[ -e $output/histogram.csv ] || echo x >$output/histogram.csv
		power
		status=$(cat $w/run-status)
		case $status in 0 | 1) ;; *)
			echo "run-bench: status $status" >&2
			exit $status
		esac
		mkdir -p $output/plots
		cat >$output/env.json <<-ENV
		{
		  "cpu": {
		    "model_name": "$(cat $w/model)"
		  },
		  "kvm": {
		    "backend_name": "amd"
		  },
		  "run": {
		    "run_id": "$id",
		    "label": "${label:-6.1}",
		    "host": "$host",
		    "kernel": "6.1",
		    "finished_utc": "2026-01-01T00:00:00Z"
		  }$lab
		}
		ENV
		echo "measured $id"
		power
		exit $status
	}
	now=$(date -u +%Y%m%dT%H%M%SZ) host=box lab='' label=''
	case $1 in
	compare)
		for account in last baseline; do
			[ ! -e $w/compare-$account ] && continue
			grep -q "^$(basename $6)\$" $w/is-$account || continue
			cat $w/compare-$account >&2
		done
		cat $w/compare.csv 2>/dev/null
		echo "compare $(basename $6) $(basename $7)" >>$w/compared
		exit $(cat $w/compare-status)
		;;
	report)
		case $* in *kcidb*) echo '{"version":5}' ;; *)
			printf 'Host: fake\n! noisy\n\nlatency\n' ;; esac
		exit
		;;
	trend) exec cat $w/trend.csv ;; # may not be there
	esac
	[ "$1 $2" != 'lab kernel' ] || {
		echo "$*" >>$w/kernels
		while [ "$1" != --output ]; do shift; done
		echo built >$2
		exit
	}
	[ "$1" != lab ] || {
		host='(none)'
		lab=',
	  "lab": {
	    "machine": "svm"
	  }'
		shift
	}
	shift
	echo "$*" >>$w/arguments
	case $* in
	*--bogus*) echo "run-bench: unknown option '--bogus'" >&2; exit 2 ;;
	*--dry-run*) exit 0 ;;
	esac
	while [ $# -gt 0 ]; do
		case $1 in
		--label) label=$2; shift ;;
		--output) output=$2; shift ;;
		--resume)
			output=$2 id=$(sed -n 's/.*run_id": "\(.*\)".*/\1/p' $2/env.json)
			echo "$id" >>$w/resumed
			[ ! -e $w/cannot-resume ] || exit 1
			shift
			;;
		esac
		shift
	done
	id=${id:-$now-$host-6.1}
	results
	END
}

# rows STATUS...: of the variants a, b, ...
rows() {
	set -- "$@"
	: >"$w/rows"
	for letter in a b c d; do
		[ $# -gt 0 ] || break
		echo "x,exit/$letter,\"cpl=3,x=1\",latency,$1,\"why, and how\"" \
			>>"$w/rows"
		shift
	done
}

save() {
	/bin/rm -rf "${tmp:?}/$1"
	/bin/cp -a "$w" "$tmp/$1"
}

restore() {
	/bin/rm -rf "$w"
	/bin/cp -a "$tmp/$1" "$w"
}

make_world() {
	/bin/mkdir -p "$h" "$r/proc/sys/kernel/random" "$r/etc/systemd/system"
	echo boot-1 >"$r/proc/sys/kernel/random/boot_id"
	echo 1000.0 1.0 >"$r/proc/uptime"
	echo 0 >"$w/turn"
	echo 0 >"$w/run-status"
	echo 0 >"$w/compare-status"
	echo 0 >"$w/notify-status"
	echo none >"$w/power-fails-at"
	echo fake CPU >"$w/model"
	echo 1772332200 >"$w/clock" # 2026-03-01 02:30, a Sunday
	: >"$w/trend.csv"
	: >"$w/synced"
	for account in last baseline; do
		: >"$w/is-$account"
	done
	rows ok ok unverified skip
	run_bench_body >"$w/run-bench"
	save new
}

new_world() {
	restore new
}

# A day passes, and with a word the machine is booted.
next_day() {
	echo $(($(cat "$w/clock") + 86400)) >"$w/clock"
	[ $# -eq 0 ] || echo "boot-$(cat "$w/clock")" \
		>"$r/proc/sys/kernel/random/boot_id"
}

# In a process group of its own, which is what power loss kills.
run_it() {
	setsid -w "$@" >"$w/out" 2>"$w/err"
	status=$?
}

# night OPTIONS...: all of its ways out in use.
night() {
	run_it "$scripts/nightly" --run-bench "$tmp/bin/run-bench" \
		--min-free 0 --notify notify "$h" "$@"
}

# A night whose run is the newest is found by this.
newest() {
	for night in "$h"/*/*/*/; do
		:
	done
	basename "$night"
}

# --- what has to hold ---------------------------------------------------------

says() {
	grep -qF -- "$2" "$3" || fail "$1: no '$2' in: $(cat "$3")"
}

says_not() {
	! grep -qF -- "$2" "$3" || fail "$1: '$2' in: $(cat "$3")"
}

same() {
	[ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

# At any time: what is in the history is a whole run.
whole() {
	for dir in "$h"/*/*/*; do
		[ -e "$dir" ] || continue
		for file in summary.csv env.json night; do
			[ -s "$dir/$file" ] || fail "$1: no '$file' in '$dir'"
		done
		says "$1" finished_utc "$dir/env.json"
		same "$1: rows of '$dir'" "$(wc -l <"$dir/summary.csv")" 5
		same "$1: night" "$(grep -c . "$dir/night")" \
			"$((7 + $(grep -c ^verdict "$dir/night")))"
	done
	[ ! -e "$w/unsynced" ] || fail "$1: not synced: $(cat "$w/unsynced")"
}

# settled NAME NIGHTS: at the end of a start.
settled() {
	whole "$1"
	for dir in "$h"/*/*/*; do
		[ -e "$dir" ] || continue
		for file in report.txt changes.tsv; do
			[ -e "$dir/$file" ] || fail "$1: no '$file' in '$dir'"
		done
		grep -q '^verdict=' "$dir/night" || fail "$1: no verdict in '$dir'"
	done
	same "$1: nights" "$(find "$h" -name summary.csv -path "$h/[!.]*" |
		wc -l)" "$2"
	same "$1: what is left" "$(ls "$h/.incoming" "$h/.trash" | grep -v ':$' |
		tr -d '\n')" ''
	same "$1: half-written files" "$(find "$h" -name '*.next')" ''
	says "$1" phase=done "$h/.night"
}

# --- tests --------------------------------------------------------------------

test_two_nights() {
	new_world
	night --notify-on always -- --quick 'base/*' "it's"
	same 'first night' "$status" 0
	settled 'first night' 1
	[ -e "$h/box/2026/20260301T023000Z-box-6.1/summary.csv" ] ||
		fail "first night: it is elsewhere: $(find "$h")"
	says 'first night' "--output $h/.incoming/20260301T023000Z/run --quick base/* it's" \
		"$w/arguments"
	says 'first night' 'no change' "$w/out"
	says 'first night' 'there is no night' "$w/out"
	same 'first night' "$(cat "$w/notified")" \
		'same vmentry-bench box 2026-03-01: no change'
	same 'first night: report' "$(cat "$w/mail")" "$(cat "$w/out")"
	same 'first night: log' "$(cat "$h"/box/2026/*/run.log)" \
		'measured 20260301T023000Z-box-6.1'
	says 'first night' 'counts=2 ok, 1 unverified, 1 skip, 0 fail' \
		"$h/box/2026/20260301T023000Z-box-6.1/night"
	next_day
	night
	settled 'second night' 2
	same 'second night' "$(cat "$w/compared")" \
		'compare 20260301T023000Z-box-6.1 20260302T023000Z-box-6.1'
	same 'second night: notified' "$(wc -l <"$w/notified")" 1
	says 'second night' '! noisy' "$w/out"
	says_not 'second night' latency "$w/out"
}

# A row that was 0 differs, though by no percentage; ends may be unknown.
test_differing() {
	new_world
	cat >"$w/compare.csv" <<-'CSV'
	kind,bench,variant,metric,shift,shift_lo,shift_hi,percent,percent_lo,percent_hi,verdict,text
	row,exit/a,cpl=3,latency,5,5,5,,,,higher,
	row,exit/b,,latency,-10,-13,-7,-1.0,-1.3,-0.7,lower,
	row,exit/c,,latency,1,0,2,0.1,0,0.2,~,
	geomean,exit,,latency,,,,-0.3,,,,
	geomean,insn,,latency,,,,,,,,
	CSV
	night
	next_day
	night
	says differing '  2 of 3 rows differ' "$w/out"
	says differing '  exit/a[cpl=3]                                  +5 from 0  [+5, +5]' "$w/out"
	says differing '  exit/b                                       -1.0%  [-1.3, -0.7]' "$w/out"
	grep -q '^  geomean exit  *-0.3%$' "$w/out" ||
		fail "differing: no mean: $(cat "$w/out")"
	says_not differing 'geomean insn' "$w/out"
}

# regression ACCOUNT ROW PERCENT: what compare says of the night.
regression() {
	echo "run-bench: regression of '$2' (latency): +$3%, allowed 10%" \
		>"$w/compare-$1"
	echo 3 >"$w/compare-status"
}

no_regression() {
	/bin/rm -f "$w/compare-last" "$w/compare-baseline"
	echo 0 >"$w/compare-status"
}

# the_newest_is ACCOUNT: what compare says is of comparisons with that night.
the_newest_is() {
	newest >"$w/is-$1"
}

# A change is told once, whoever finds it: against the last good night in the
# night itself, against the baseline from then on.
test_told_once() {
	new_world
	night
	run_it "$scripts/nightly" --run-bench "$tmp/bin/run-bench" \
		--set-baseline "$(newest)" "$h"
	same baseline "$status" 0
	says baseline "the baseline of 'box' is now" "$w/out"
	the_newest_is baseline
	next_day
	night
	same 'before the change' "$status" 0
	the_newest_is last
	next_day
	regression baseline 'exit/a[cpl=3,x=1]' 20
	regression last 'exit/a[cpl=3,x=1]' 21
	night
	same 'the change' "$status" 3
	same 'the change' "$(cat "$w/notified")" \
		"change vmentry-bench box 2026-03-03: 1 change: exit/a[cpl=3,x=1] +21%"
	same 'the change: accounts' "$(cut -f 1,2 "$h/box/2026/$(newest)/changes.tsv" |
		tr '\t\n' ' ,')" 'new last,also baseline,'
	: >"$w/is-last"
	for day in 4 5 6; do
		next_day
		night
		same "day $day" "$status" 0
		says "day $day" 'Told before, and still so' "$w/out"
	done
	same 'told once' "$(wc -l <"$w/notified")" 1
	same 'the report is a mail' "$(head -n 1 "$w/mail")" \
		'vmentry-bench box 2026-03-03: 1 change: exit/a[cpl=3,x=1] +21%'
	test_back_and_again
}

# A night in which the row is below the limit, and one in which it is above it
# again, are the same change. The row comes back, by the trend, and goes up
# again: that is another.
test_back_and_again() {
	no_regression
	next_day
	night
	same 'a dip' "$status" 0
	regression baseline 'exit/a[cpl=3,x=1]' 12
	next_day
	night
	same 'after the dip' "$status" 0
	no_regression
	printf '%s\n' cpu,machine,label,bench,variant,metric,direction,percent,to_run \
		'fake CPU,,,exit/a,"cpl=3,x=1",latency,faster,-9,20260308T023000Z' \
		>"$w/trend.csv"
	next_day
	night
	same 'back' "$status" 3
	says 'back' '1 change: exit/a[cpl=3,x=1] -9%' "$w/out"
	regression baseline 'exit/a[cpl=3,x=1]' 12
	next_day
	night
	same 'again' "$status" 3
	says 'again' '1 change: exit/a[cpl=3,x=1] +12%' "$w/out"
	same 'back and again' "$(wc -l <"$w/notified")" 3
	run_it "$scripts/nightly" --set-baseline nonsense "$h"
	same 'no baseline' "$status" 1
	says 'no baseline' "cannot find a finished run 'nonsense'" "$w/err"
}

# trend_change RUN PERCENT [LABEL]: what trend says.
trend_change() {
	printf '%s\n' 'date,cpu,machine,label,bench,variant,metric,direction,percent,to_run,from_kernel,to_kernel' \
		"x,fake CPU,,${3-},timer/t,\"delay=1us,wait=hlt\",latency,slower,$2,$1,6.1-a,6.1-b" \
		>"$w/trend.csv"
}

# The trend tells of a change some nights later, and again from then on, a night
# or two off. What the night itself told is no news either. A second change of
# the row is.
test_trend() {
	new_world
	night
	next_day
	night
	trend_change 20260302T023000Z-box-6.1 6.25
	next_day
	night
	same 'trend' "$status" 3
	says 'trend' '1 change: timer/t[delay=1us,wait=hlt] +6.25%' "$w/notified"
	says 'trend' 'by the trend: kernel 6.1-a -> 6.1-b' "$w/mail"
	trend_change 20260301T023000Z-box-6.1 6.5
	next_day
	night
	same 'trend again' "$status" 0
	says 'trend again' 'Told before' "$w/out"
	trend_change 20260301T023000Z-box-6.1 6.5 other
	next_day
	night
	same "another label's" "$status" 0
	says_not "another label's" timer/t "$w/out"
	the_newest_is last
	regression last 'timer/t[delay=1us,wait=hlt]' 30
	next_day
	night
	same 'at once' "$status" 3
	no_regression
	trend_change 20260306T023000Z-box-6.1 30
	next_day
	night
	same 'then by the trend' "$status" 0
	# Weeks later.
	echo $(($(cat "$w/clock") + 20 * 86400)) >"$w/clock"
	trend_change 20260320T023000Z-box-6.1 9
	night
	same 'a second change' "$status" 3
	same 'trend' "$(wc -l <"$w/notified")" 3
	# One from before nightly was there.
	trend_change 20250320T023000Z-box-6.1 -9
	sed -i 's/slower/faster/' "$w/trend.csv"
	next_day
	night
	same 'an old one' "$status" 0
	test_no_trend
}

test_no_trend() {
	/bin/rm "$w/trend.csv"
	next_day
	night
	same 'no trend' "$status" 0
	says 'no trend' 'No trend: cat: ' "$w/out"
}

# A row that begins to fail is a change; one that fails always is not.
test_failing() {
	new_world
	rows ok fail ok ok
	night
	same failing "$status" 1
	says failing 'no change; 1 fail' "$w/out"
	says failing 'fail: exit/b[cpl=3,x=1]: why, and how' "$w/out"
	[ ! -e "$w/notified" ] || fail 'failing: notified'
	the_newest_is last
	rows fail fail ok ok
	next_day
	echo "run-bench: regression of 'exit/a[cpl=3,x=1]': it fails in new" \
		>"$w/compare-last"
	night
	same 'a new failure' "$status" 3
	says 'a new failure' '1 change: exit/a[cpl=3,x=1] fails' "$w/notified"
	# That night is not the one that the next is compared with, and what was
	# told of it is not told again.
	next_day
	rows ok fail ok ok
	: >"$w/compared"
	night
	same 'the last good' "$(cat "$w/compared")" \
		'compare 20260301T023000Z-box-6.1 20260303T023000Z-box-6.1'
	same 'the last good' "$status" 1
	# Another CPU, another machine.
	echo other CPU >"$w/model"
	next_day
	: >"$w/compared"
	night
	same 'another machine' "$(cat "$w/compared")" ''
}

test_no_results() {
	for case in 9:1:fail 2:1:fail 77:77:skip; do
		new_world
		echo "${case%%:*}" >"$w/run-status"
		night
		expected=${case#*:}
		same "run $case" "$status" "${expected%:*}"
		settled "run $case" 0
		says "run $case" "${case##*:} vmentry" "$w/notified"
		same "run $case: report" "$(cat "$w/mail")" "$(cat "$w/out")"
		[ -e "$h/.failed/20260301T023000Z/report.txt" ] ||
			fail "run $case: not put aside"
		says "run $case" "run-bench: status ${case%%:*}" "$w/out"
	done
	new_world
	rows skip skip skip skip
	night
	same 'all skipped' "$status" 77
	new_world
	night --min-free 999999
	same 'no space' "$status" 1
	says 'no space' 'too little space' "$w/mail"
}

test_notify() {
	new_world
	echo 5 >"$w/notify-status"
	night --notify-on always --mail-headers
	same 'notify fails' "$status" 0
	says 'notify fails' "exit status 5 of 'notify'" "$w/err"
	settled 'notify fails' 1
	same 'headers' "$(head -n 1 "$w/mail")" \
		'Subject: vmentry-bench box 2026-03-01: no change'
	next_day
	night --notify-on failure --kcidb "cat >$w/kcidb" --origin me
	same 'on failure' "$(wc -l <"$w/notified")" 1
	same 'kcidb' "$(cat "$w/kcidb")" '{"version":5}'
	same 'kcidb' "$(cat "$h/box/2026/$(newest)/kcidb.json")" '{"version":5}'
}

# The second start ends, while the first goes on, and after the first was
# killed and its run goes on.
test_lock() {
	new_world
	night
	(
		failures=0
		exec 9>"$h/.lock"
		flock 9
		night
		same lock "$status" 1
		says lock 'another night is under way' "$w/err"
		exit $((failures > 0))
	) || fail lock
	settled lock 1
	{
		echo "exec 8>$w/waits; flock 8; : >$w/begun; exec /bin/sleep 300"
	} >"$w/run-bench"
	sed -i '1i case "$*" in *--dry-run*) exit 0 ;; esac' "$w/run-bench"
	setsid "$scripts/nightly" --run-bench "$tmp/bin/run-bench" \
		--min-free 0 "$h" >"$w/out" 2>&1 &
	first=$!
	until [ -e "$w/begun" ]; do
		/bin/sleep 0.1
	done
	kill -9 "$first"
	wait "$first" 2>/dev/null
	run_bench_body >"$w/run-bench"
	night
	same 'orphan' "$status" 1
	says 'orphan' 'another night is under way' "$w/err"
	# The run, by the lock that it alone holds.
	orphan=$(fuser_of "$w/waits")
	[ -n "$orphan" ] && kill -9 "$orphan"
	until flock -n "$h/.lock" true; do
		/bin/sleep 0.1
	done
	night
	same 'after the orphan' "$status" 0
	settled 'after the orphan' 2
	says 'after the orphan' 'cut short' "$w/out"
}

# fuser_of FILE: the processes that have it open.
fuser_of() {
	for link in /proc/[0-9]*/fd/8; do
		[ "$(readlink "$link")" != "$1" ] || {
			link=${link#/proc/}
			echo "${link%%/*}"
		}
	done
}

# A run that was killed goes on in the same boot, on the same night only.
test_resume() {
	for case in same boot day cannot; do
		new_world
		night
		sed -i 's/^power$/kill -9 0/' "$w/run-bench"
		next_day
		night
		same "resume $case: killed" "$status" 137
		whole "resume $case"
		run_bench_body >"$w/run-bench"
		case $case in
		boot) echo boot-2 >"$r/proc/sys/kernel/random/boot_id" ;;
		day) next_day ;;
		cannot) : >"$w/cannot-resume" ;;
		esac
		echo $(($(cat "$w/clock") + 60)) >"$w/clock"
		night
		same "resume $case" "$status" 0
		settled "resume $case" 2
		[ "$case" = same ] && expected=0 || expected=1
		same "resume $case: put aside" "$(ls "$h/.failed" | wc -l)" "$expected"
	done
	same 'resumed' "$(cat "$w/resumed")" '20260302T023000Z-box-6.1'
}

test_lab() {
	new_world
	: >"$w/mine.bzImage"
	night --kernel "$w/mine.bzImage" --cmdline 'a b' -- --quick
	same lab "$status" 0
	settled lab 1
	[ -e "$h/lab-svm/2026/20260301T023000Z-_none_-6.1" ] ||
		fail "lab: filed elsewhere: $(find "$h")"
	says lab "--machine svm --label mine --cmdline a b --output $h" \
		"$w/arguments"
	says lab 'mine.bzImage -- --quick' "$w/arguments"
	next_day
	night --source linux-image-amd64 --machine vmx 'exit/*' -- --quick
	settled 'lab source' 2
	says 'lab source' '--label linux-image-amd64' "$w/arguments"
	says 'lab patterns' "linux-image-amd64.bzImage exit/* -- --quick" "$w/arguments"
	says 'lab source' 'lab kernel --source linux-image-amd64' "$w/kernels"
	test_lab_ref
}

# A ref of a remote is fetched, and the user's work tree stays as it is.
test_lab_ref() {
	export VMENTRY_BENCH_CACHE="$w/cache"
	export GIT_CONFIG_GLOBAL="$w/gitconfig"
	printf '[user]\nname = x\nemail = x@y.example\n' >"$w/gitconfig"
	git init -q -b master "$w/upstream"
	git -C "$w/upstream" commit -q --allow-empty -m one
	git clone -q "$w/upstream" "$w/tree"
	echo mine >"$w/tree/mine"
	for commit in two three; do
		echo "$commit" >"$w/upstream/file"
		git -C "$w/upstream" add file
		git -C "$w/upstream" commit -q -m "$commit"
		next_day
		night --source "$w/tree" --ref origin/master
		same "ref $commit" "$status" 0
		tree=$(sed -n 's/.*--source \([^ ]*\).*/\1/p' "$w/kernels" | tail -n 1)
		same "ref $commit" "$(cat "$tree/file")" "$commit"
	done
	same 'the tree' "$(git -C "$w/tree" log --format=%s)" one
	same 'the tree' "$(git -C "$w/tree" status --short)" '?? mine'
	next_day
	night --source "$w/tree" --ref nonsense
	same 'no such ref' "$status" 1
	says 'no such ref' "cannot find 'nonsense'" "$w/out"
}

# 100 nights that nightly filed before, one a day, the first on a Thursday.
many_nights() {
	new_world
	night
	first=$h/box/2026/$(newest)
	n=1
	while [ "$n" -le 100 ]; do
		day=$(/bin/date -u -d "2025-11-20 + $n days" +%Y%m%d)
		id=${day}T023000Z-box-6.1
		/bin/mkdir -p "$h/box/$(printf %.4s "$day")"
		/bin/cp -a "$first" "$h/box/$(printf %.4s "$day")/$id"
		sed -i "s/^run_id=.*/run_id=$id/; s/^day=.*/day=$day/" \
			"$h/box/$(printf %.4s "$day")/$id/night"
		n=$((n + 1))
	done
	# One with a change, and one that nightly did not file.
	sed -i 's/^verdict=.*/verdict=change/' \
		"$h/box/2025/20251126T023000Z-box-6.1/night"
	/bin/rm "$h/box/2025/20251203T023000Z-box-6.1/night"
	echo 20251210T023000Z-box-6.1 >"$h/box/baseline"
}

test_prune() {
	many_nights
	before=$(ls -d "$h"/box/*/* | wc -l)
	night
	same 'the same run again' "$status" 1
	says 'the same run again' 'is there already' "$w/err"
	/bin/rm -rf "$h"/.failed/*
	next_day
	night --keep-nights 60 --keep-raw 30 --dry-run
	same 'dry run' "$status" 0
	says 'dry run' "prune	night	$h/box/2025/20251122" "$w/out"
	same 'dry run' "$(ls -d "$h"/box/*/* | wc -l)" "$before"
	night
	same 'no policy' "$(ls -d "$h"/box/*/* | wc -l)" $((before + 1))
	/bin/mkdir -p "$h/.failed/old" "$h/.failed/new"
	touch -d '20 days ago' "$h/.failed/old"
	next_day
	night --keep-nights 60 --keep-raw 30
	same 'prune' "$status" 0
	same 'prune: failed' "$(ls "$h/.failed")" new
	# Mondays, the first Friday, what is special; then all.
	same 'prune: kept' "$(ls "$h/box/2025" | cut -c 5-8 | tr '\n' ' ')" \
		'1121 1124 1126 1201 1203 1208 1210 1215 1222 1229 '
	same 'prune: all of the last 60 days' "$(ls "$h/box/2026" | head -n 1)" \
		20260102T023000Z-box-6.1
	same 'prune: all of the last 60 days' "$(ls "$h/box/2026" | wc -l)" 61
	[ -e "$h/box/2025/20251126T023000Z-box-6.1/histogram.csv" ] &&
		[ -e "$h/box/2026/20260215T023000Z-box-6.1/plots" ] &&
		[ ! -e "$h/box/2026/20260115T023000Z-box-6.1/histogram.csv" ] &&
		[ ! -e "$h/box/2026/20260115T023000Z-box-6.1/plots" ] ||
		fail 'prune: raw data'
}

# The disk fills up in the run, and nothing can be written then.
test_disk_full() {
	new_world
	mount -t tmpfs -o size=400k none "$h" 2>/dev/null || {
		echo 'disk full: not tested: cannot mount a tmpfs'
		return
	}
	night
	settled 'before it is full' 1
	head -c 600k /dev/zero >"$w/big"
	next_day
	night
	same 'full' "$status" 1
	says 'full' 'vmentry-bench' "$w/notified"
	whole 'full'
	/bin/rm "$w/big"
	next_day
	# What the failed run left has to go by hand, or with time.
	night --min-free 1
	same 'still full' "$status" 1
	/bin/rm -rf "$h"/.failed/*
	night
	same 'space again' "$status" 0
	settled 'space again' 2
	umount "$h"
}

# --- power loss ---------------------------------------------------------------

# A night in which all is done: a change, a notification, KCIDB, pruning.
full_night() {
	night --notify-on always --kcidb 'cat >/dev/null' --keep-nights 60 \
		--keep-raw 30
}

# One of the nights before is to go, and the raw data of two.
before_power_loss() {
	new_world
	night
	first=$h/box/2026/$(newest)
	for day in 20251229 20251230 20260126; do
		/bin/mkdir -p "$h/box/$(printf %.4s "$day")"
		/bin/cp -a "$first" "$h/box/$(printf %.4s "$day")/${day}T023000Z-box-6.1"
		sed -i "s/^run_id=.*/run_id=${day}T023000Z-box-6.1/; s/^day=.*/day=$day/" \
			"$h/box/$(printf %.4s "$day")/${day}T023000Z-box-6.1/night"
	done
	the_newest_is last
	regression last 'exit/a[cpl=3,x=1]' 21
	next_day
	/bin/rm -f "$w/notified" "$w/mail" "$w/compared"
	echo 0 >"$w/turn"
	save before
}

# power_fails HOW: at each point, and the machine comes up the next day, or
# nightly is started again in the same boot.
power_fails() {
	restore before
	full_night
	same 'whole night' "$status" 3
	nights=$(find "$h" -name summary.csv -path "$h/[!.]*" | wc -l)
	turns=$(cat "$w/turn") turn=1
	while [ "$turn" -le "$turns" ]; do
		restore before
		echo "$turn" >"$w/power-fails-at"
		full_night
		[ "$status" = 137 ] || fail "$1 $turn: power did not fail: $status"
		whole "$1 $turn, at once"
		[ "$1" = kill ] || next_day boot
		echo $(($(cat "$w/clock") + 60)) >"$w/clock"
		full_night
		recovered "$1 $turn"
		turn=$((turn + 1))
	done
	echo "$1: power failed at $turns points"
	[ "$turns" -gt 25 ] || fail "$1: power failed at $turns points only"
}

# The night that was cut short is there or put aside, and the change is told:
# twice at most, when power failed right after it was told.
recovered() {
	case $status in
	0 | 3) ;;
	*) fail "$1: status $status: $(cat "$w/err")" ;;
	esac
	found=$(find "$h" -name summary.csv -path "$h/[!.]*" | wc -l)
	settled "$1" "$found"
	[ "$found" -ge "$nights" ] && [ "$found" -le $((nights + 1)) ] ||
		fail "$1: $found nights, not $nights or one more"
	told=$(grep -c ^change "$w/notified")
	[ "$told" -ge 1 ] && [ "$told" -le 2 ] ||
		fail "$1: told $told times: $(cat "$w/notified")"
	same "$1: told" "$(sort "$h/box/told" | uniq -d)" ''
	same "$1: told" "$(cut -f 2- "$h/box/told" | sort -u | tr '\t' ' ')" \
		'last exit/a[cpl=3,x=1] +'
	[ -z "$(find "$h/box" -name 'night' -size 0)" ] || fail "$1: empty"
}

# --- the command line, the units ----------------------------------------------

# refused STATUS TEXT ARGUMENT...
refused() {
	want=$1 text=$2
	shift 2
	run_it "$scripts/nightly" --run-bench "$tmp/bin/run-bench" "$@"
	same "nightly $*" "$status" "$want"
	says "nightly $*" "$text" "$w/err"
	same "nightly $*: history" "$(find "$h" -mindepth 1)" ''
}

test_usage() {
	new_world
	refused 2 'HISTORY is missing'
	refused 2 "unknown option '--speed'" --speed 1 "$h"
	refused 2 "option '--notify' needs a value" "$h" --notify
	refused 2 "invalid value 'loud' of '--notify-on'" --notify-on loud "$h"
	refused 2 "invalid value '5' of '--keep-nights'" --keep-nights=5 "$h"
	refused 2 "invalid value 'x' of '--keep-raw'" --keep-raw x "$h"
	refused 2 "invalid value '1e3' of '--min-free'" --min-free 1e3 "$h"
	refused 2 "invalid value '2%'" --fail-on-regression 2% "$h"
	refused 2 "give '--kernel' or '--source'" --kernel x --source y "$h"
	refused 2 "'--ref' is of a '--source'" --ref x "$h"
	refused 2 'are of the lab' --machine svm "$h"
	refused 2 "'--output' is for nightly" "$h" -- --output x
	refused 2 "unknown option '--bogus'" "$h" -- --bogus
	refused 1 "cannot read '$w/nothing'" --kernel "$w/nothing" "$h"
	refused 1 'cannot find the history' "$w/nothing"
	run_it "$scripts/nightly" --run-bench "$tmp/bin/run-bench" --dry-run "$h"
	same 'dry run' "$status$(find "$h" -mindepth 1)" 0
	says 'dry run' 'the running one' "$w/out"
	mkdir -p "$h"
	echo nonsense >"$h/.night"
	night
	same 'a damaged state' "$status" 1
	says 'a damaged state' 'it is damaged' "$w/err"
	refused_after_boot
}

# Not while the machine is busy with its boot.
refused_after_boot() {
	new_world
	echo 100.0 1.0 >"$r/proc/uptime"
	night --settle 300
	same 'settle' "$(cat "$w/slept")" 200
}

test_install() {
	new_world
	run_it "$scripts/nightly" --install --run-bench "$tmp/bin/run-bench" \
		--notify "mail -s \"\$VMENTRY_BENCH_SUBJECT\" me; echo 'x'" \
		--keep-raw 30 --min-free 0 "$h" 'exit/*' -- --quick
	same install "$status" 0
	etc=$r/etc
	says install 'enable --now vmentry-bench-nightly.timer' "$w/systemctl"
	says install "RequiresMountsFor=$h" \
		"$etc/systemd/system/vmentry-bench-nightly.service.d/mounts.conf"
	sed -i "s/me; echo 'x'/me; notify/; s/mail -s/: -s/" \
		"$etc/vmentry-bench/nightly"
	run_it sh "$etc/vmentry-bench/nightly"
	same 'the job' "$status" 0
	says 'the job' '--quick' "$w/arguments"
	settled 'the job' 1
	test_units
	run_it "$scripts/nightly" --install "$h"
	same 'install again' "$status" 1
	says 'install again' 'is there' "$w/err"
	run_it "$scripts/nightly" --uninstall
	same uninstall "$status" 0
	same uninstall "$(find "$etc" -type f)" ''
	run_it "$scripts/nightly" --uninstall
	same 'uninstall again' "$status" 1
}

test_units() {
	command -v systemd-analyze >/dev/null || {
		echo 'units: not tested: there is no systemd-analyze'
		return
	}
	message=$(systemd-analyze verify \
		"$etc/systemd/system/vmentry-bench-nightly.service" \
		"$etc/systemd/system/vmentry-bench-nightly.timer" 2>&1)
	same 'systemd-analyze' "$?$message" 0
}

# --- a real night -------------------------------------------------------------

test_real_night() {
	[ -w /dev/kvm ] || {
		echo 'a real night: not tested: cannot write /dev/kvm'
		return
	}
	new_world
	for night in 1 2; do
		NIGHTLY_ROOT='' PATH=$real_path "$scripts/nightly" \
			--run-bench "$real_run_bench" --notify-on always \
			--notify "cat >>$w/mail" "$h" base/empty exit/cpuid \
			-- --launches 2 --no-plots >"$w/out" 2>"$w/err"
		status=$?
		# A busy host, or one that emulates, may have a row that fails,
		# or differs.
		case $status in
		0 | 1 | 3) ;;
		*) fail "a real night: status $status: $(cat "$w/err")" ;;
		esac
		[ ! -s "$w/err" ] || fail "a real night: $(cat "$w/err")"
	done
	same 'real nights' "$(ls -d "$h"/*/*/*/report.txt | wc -l)" 2
	same 'real nights' "$(cat "$h"/*/*/*/report.txt)" "$(cat "$w/mail")"
	says 'a real night' 'Against the last good night, ' "$w/out"
	says 'a real night' 'geomean base' "$w/out"
	says 'a real night' 'Host: ' "$w/out"
}

test_power_loss() {
	before_power_loss
	power_fails boot
	power_fails kill
}

make_fakes
make_world
[ $# -gt 0 ] || set -- usage two_nights differing told_once trend failing no_results notify \
	lock resume lab prune disk_full install power_loss real_night
for name; do
	"test_$name"
done
exit $((failures > 0))
