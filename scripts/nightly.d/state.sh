# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# What nightly knows from step to step. It is written anew before each step is
# taken, so that the next start knows which step power loss cut short.

# make_directory DIRECTORY: so that it is there after power loss as well.
make_directory() {
	[ -d "$1" ] || { mkdir -p "$1" && sync "${1%/*}"; } ||
		die "cannot make '$1'"
}

# The history has to be there: one on a disk that is not mounted is not to be
# begun anew below the mount point.
open_history() {
	[ -d "$history" ] ||
		die "cannot find the history '$history': make it first," \
			'with mkdir'
	[ -w "$history" ] || die "cannot write to '$history'"
	incoming=$history/.incoming failed=$history/.failed
	trash=$history/.trash
}

# Temporary files: none that has to outlive power loss.
make_scratch() {
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 1' INT TERM HUP
}

# One night at a time. The run inherits the lock: while it goes on, though
# nightly was killed, this host is not free.
lock_history() {
	exec 9>"$history/.lock" || exit 1
	flock -n 9 ||
		die "cannot lock '$history': another night is under way"
	make_directory "$incoming"
	make_directory "$failed"
	make_directory "$trash"
}

first_state() {
	phase='done' name='' boot='' began=0 place='' verdict=''
}

write_state() {
	printf '%s\n' "phase=$phase" "name=$name" "boot=$boot" \
		"began=$began" "place=$place" "verdict=$verdict" |
		put_file "$history/.night" ||
		die "cannot write '$history/.night'"
}

load_state() {
	first_state
	[ -e "$history/.night" ] || return 0
	phase=''
	while IFS= read -r line; do
		value=${line#*=}
		case ${line%%=*} in
		phase) phase=$value ;;
		name) name=$value ;;
		boot) boot=$value ;;
		began) began=$value ;;
		place) place=$value ;;
		verdict) verdict=$value ;;
		esac
	done <"$history/.night" || die "cannot read '$history/.night'"
	check_state || die "cannot use '$history/.night': it is damaged;" \
		'remove it to begin anew'
}

# A state that makes no sense must not move anything.
check_state() {
	case $phase in
	running | filing | judging | telling | 'done') ;;
	*) return 1 ;;
	esac
	case $name$place in
	*..*) return 1 ;;
	esac
	[ "$phase" = 'done' ] || [ -n "$name" ] || return 1
	case $phase in
	filing | judging) [ -n "$place" ] ;;
	esac
}

boot_id() {
	cat "$root/proc/sys/kernel/random/boot_id"
}

# put_aside NAME WHY: what is left of a night that has no results.
put_aside() {
	printf '%s\n' "$2" >"$incoming/$1/why"
	mv "$incoming/$1" "$failed/$1" && sync "$failed" "$incoming" ||
		die "cannot put '$incoming/$1' aside"
}

# What the start before left, in the order of the steps. What was measured
# tonight, and only had to be finished, is tonight's night: $resumed.
recover() {
	load_state
	exit_status=0 cut_short=''
	if [ "$phase" = running ]; then
		recover_run
	elif [ "$phase" != 'done' ]; then
		warn "the night '$name' was cut short, and is finished now"
		! began_tonight || resumed=yes
		finish_night
	fi
	clear_incoming
}

# Rows of another boot beside its own would be a boot that never was. In the
# same boot, and the same night, the run is finished.
recover_run() {
	if [ ! -d "$incoming/$name" ]; then
		return # cut short before it began
	elif run_ended "$incoming/$name/run"; then
		warn "the night '$name' was cut short after its run"
	elif [ "$way:$boot" = "host:$(boot_id)" ] && began_tonight &&
		[ -e "$incoming/$name/run/env.json" ]; then
		warn "the night '$name' was cut short, and goes on"
		resume_run || return 0
	else
		return 0 # clear_incoming puts it aside
	fi
	! began_tonight || resumed=yes
	choose_place
	finish_night
}

# Within 12 hours.
began_tonight() {
	case $began in
	'' | *[!0-9]* | 0?* | ??????????????*) return 1 ;;
	esac
	[ $(($(date +%s) - began)) -lt 43200 ]
}

clear_incoming() {
	for left in "$incoming"/*; do
		[ -d "$left" ] || continue
		left=${left##*/}
		warn "the night '$left' was cut short: it is in '$failed'"
		cut_short="$cut_short $left"
		put_aside "$left" 'cut short: power loss, crash or kill'
	done
}
