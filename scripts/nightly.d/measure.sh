# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The run: in .incoming, so that the history never has half of one.

# What a night writes, and what keeps the disk from filling up under it.
check_space() {
	free=$(df -Pk "$history" | awk 'NR == 2 { print int($4 / 1024) }')
	[ "${free:-0}" -ge "$min_free" ] && return
	begin_night
	fail_night "too little space in '$history': ${free:-0} MiB are free," \
		"'--min-free' asks for $min_free"
}

# Right after a boot a machine is busy with itself.
settle_down() {
	uptime=$(cut -d . -f 1 "$root/proc/uptime")
	[ "$uptime" -ge "$settle" ] || sleep $((settle - uptime))
}

begin_night() {
	first_state
	[ "$way" = lab ] || settle_down
	name=$(date -u +%Y%m%dT%H%M%SZ)
	# The one before may be of the same second.
	while [ -e "$incoming/$name" ] || [ -e "$failed/$name" ]; do
		sleep 1
		name=$(date -u +%Y%m%dT%H%M%SZ)
	done
	boot=$(boot_id) began=$(date +%s) phase=running
	write_state
	make_directory "$incoming/$name"
}

run_host() {
	eval "set -- $words $patterns"
	[ -z "$label" ] || set -- --label "$label" "$@"
	"$run_bench" run --output "$incoming/$name/run" "$@"
}

run_lab() {
	take_kernel "$incoming/$name" || return 1
	[ -z "$cmdline" ] || set -- --cmdline "$cmdline"
	set -- --machine "$machine" --label "$label" "$@" \
		--output "$incoming/$name/run" "$image"
	eval "set -- \"\$@\" $patterns"
	[ -z "$words" ] || eval "set -- \"\$@\" -- $words"
	"$run_bench" lab run "$@"
}

measure_night() {
	log=$incoming/$name/log
	"run_$way" >"$log" 2>&1
	judge_run $?
}

# Status 1: it could not be finished, and is put aside, for a new one.
resume_run() {
	log=$incoming/$name/log
	"$run_bench" run --resume "$incoming/$name/run" >>"$log" 2>&1
	run_ended "$incoming/$name/run"
}

last_words() {
	grep -v -e '^Try ' -e '^ *$' "$log" | tail -n 1
}

# judge_run STATUS: of run-bench. A variant that failed is a result, too.
judge_run() {
	dir=$incoming/$name/run
	if [ "$1" = 77 ] || { run_ended "$dir" && all_skipped; }; then
		fail_night "everything was skipped: $(last_words)"
	elif run_ended "$dir"; then
		choose_place
	else
		fail_night "exit status $1 of run-bench: $(last_words)"
	fi
}

all_skipped() {
	counts=$(count_variants "$dir")
	case $counts in
	'0 ok, 0 unverified, '*' skip, 0 fail') return 0 ;;
	esac
	return 1
}

# fail_night WHY: the night has no results. It is told, and this start ends.
fail_night() {
	why=$*
	verdict=fail exit_status=1
	case $why in
	everything*) verdict=skip exit_status=77 ;;
	esac
	rm -rf "$incoming/$name/kernel"
	# The disk may be full.
	report_of_failure >"$scratch/report.txt"
	put_file "$incoming/$name/report.txt" <"$scratch/report.txt"
	put_aside "$name" "$why"
	warn "$why"
	with_headers "$scratch/report.txt"
	run_notify "$failed/$name" "$scratch/report.txt"
	phase='done'
	write_state
	prune
	exit "$exit_status"
}
