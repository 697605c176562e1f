# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Prune by policy. What goes is renamed into .trash, which is whole or not, and
# deleted there: this time, or at the next start.

empty_trash() {
	rm -rf "${trash:?}"/*
}

# drop PATH NAME
drop() {
	[ -e "$1" ] || return 0
	mv "$1" "$trash/$2" && sync "${1%/*}" "$trash" ||
		warn "cannot remove '$1'"
}

# list_prunable: 'night PATH' or 'raw PATH', tab-separated. Never the baseline,
# the night itself, the one that the next is compared with, and those with a
# change: these keep their raw data as well. Days count from the newest night.
list_prunable() {
	[ -n "$keep_raw$keep_nights" ] && [ -n "$place" ] || return 0
	[ -d "$history/${place%%/*}" ] || return 0
	list_nights "$history/${place%%/*}" >"$scratch/nights"
	run_awk prune -v keep_raw="$keep_raw" -v keep_nights="$keep_nights" \
		-v base="$(find_baseline)" -v last="$(find_last_good)" \
		"$scratch/nights"
}

list_old_failures() {
	[ ! -d "$failed" ] ||
		find "$failed" -mindepth 1 -maxdepth 1 -mtime "+$keep_failed"
}

prune() {
	list_prunable >"$scratch/prunable"
	while IFS=$tab read -r what path; do
		case $what in
		night) drop "$path" "${path##*/}" ;;
		raw)
			drop "$path/histogram.csv" "${path##*/}.histogram"
			drop "$path/plots" "${path##*/}.plots"
			;;
		esac
	done <"$scratch/prunable"
	list_old_failures >"$scratch/failures"
	while IFS= read -r path; do
		drop "$path" "${path##*/}"
	done <"$scratch/failures"
	empty_trash
}

# --dry-run
show_plan() {
	load_state
	echo "history	$history"
	[ "$phase" = 'done' ] ||
		echo "cut short	$name: '$phase' would be done first"
	if [ "$way" = host ]; then
		echo "kernel	the running one, $(uname -r)"
		place=$(file_name "$(uname -n)")/-/-
	else
		echo "kernel	${kernel:-$source${ref:+, $ref}}," \
			"on the lab's machine '$machine'"
		place=$(file_name "lab-$machine")/-/-
	fi
	echo "run	${label:+--label $label}$words$patterns"
	echo "regression	$percent %"
	[ -z "$notify" ] || echo "notify	on $notify_on: $notify"
	[ -z "$kcidb" ] || echo "KCIDB	$kcidb"
	run_id='' night_label='' night_machine=''
	list_prunable | sed "s/^/prune$tab/"
	list_old_failures | sed "s/^/prune${tab}failed$tab/"
}
