# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Tell what was found. Power loss in between has it told again: better twice
# than never.

tell_night() {
	load_night
	# For cron, which mails what a job prints, and for the journal.
	with_headers "$run/report.txt"
	submit_kcidb
	run_notify "$run" "$run/report.txt"
	remember_told
	phase='done'
	write_state
}

# run_notify RUN REPORT: the command is the user's, and what becomes of it does
# not touch the night.
run_notify() {
	[ -n "$notify" ] && is_to_be_told || return 0
	# The lock is not inherited: a command may stay.
	with_headers "$2" |
		VMENTRY_BENCH_VERDICT=$verdict \
			VMENTRY_BENCH_SUBJECT=$(head -n 1 "$2") \
			VMENTRY_BENCH_RUN=$1 VMENTRY_BENCH_HISTORY=$history \
			sh -c "$notify" 9>&- ||
		warn "cannot notify: exit status $? of '$notify'"
}

is_to_be_told() {
	case $notify_on:$verdict in
	always:* | change:change | *:fail | *:skip) return 0 ;;
	esac
	return 1
}

# The export stays beside the run.
submit_kcidb() {
	[ -n "$kcidb" ] || return 0
	"$run_bench" report ${origin:+--origin "$origin"} --format kcidb \
		"$run" >"$scratch/kcidb.json" &&
		put_file "$run/kcidb.json" <"$scratch/kcidb.json" || {
		warn "cannot write '$run/kcidb.json'"
		return 0
	}
	sh -c "$kcidb" 9>&- <"$run/kcidb.json" ||
		warn "cannot submit to KCIDB: exit status $? of '$kcidb'"
}

# What was new is told now. Once, also when this is done again.
remember_told() {
	told=$history/${place%%/*}/told
	stamp=$(printf %.16s "${place##*/}")
	{
		[ ! -e "$told" ] || grep -v "^$stamp$tab" "$told"
		awk -F '\t' -v stamp="$stamp" '
			$1 == "new" {
				print stamp "\t" $2 "\t" $3 "\t" $4
			}' "$run/changes.tsv"
	} | put_file "$told" || die "cannot write '$told'"
}
