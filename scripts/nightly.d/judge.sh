# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The verdict on a night that is in the history: files beside its results, each
# of them whole or not there.

judge_night() {
	load_night
	find_changes
	if [ "$news" -gt 0 ]; then
		verdict=change
	elif [ "$night_status" != 0 ]; then
		verdict=failing
	else
		verdict=same
	fi
	put_file "$run/changes.tsv" <"$scratch/changes" &&
		{
			grep -v '^verdict=' "$run/night"
			echo "verdict=$verdict"
		} | put_file "$run/night" &&
		report_of_night | put_file "$run/report.txt" ||
		die "cannot write to '$run'"
	phase=telling
	write_state
}

# The exit status of a verdict.
verdict_status() {
	case $verdict in
	same) echo 0 ;;
	change) echo 3 ;;
	skip) echo 77 ;;
	*) echo 1 ;;
	esac
}
