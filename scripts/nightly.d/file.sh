# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# From .incoming into the history: one rename, of files that are on the disk.

# The place is written down before anything is moved there.
choose_place() {
	env=$incoming/$name/run/env.json
	run_id=$(env_value "$env" run run_id)
	id=$(file_name "$run_id")
	[ -n "$id" ] || fail_night 'cannot file it: it has no run id'
	place=$(host_directory "$env")/$(printf %.4s "$id")/$id
	[ ! -e "$history/$place" ] ||
		fail_night "cannot file it: '$history/$place' is there already"
	phase=filing
	write_state
}

file_night() {
	dir=$incoming/$name/run
	if [ -d "$dir" ]; then
		write_night "$dir"
		[ ! -e "$incoming/$name/log" ] ||
			cp "$incoming/$name/log" "$dir/run.log"
		make_directory "$history/${place%%/*}"
		make_directory "$history/${place%/*}"
		find "$dir" -exec sync {} + && mv "$dir" "$history/$place" &&
			sync "$history/${place%/*}" "$incoming/$name" ||
			die "cannot file '$dir' as '$history/$place'"
	fi
	[ -e "$history/$place/night" ] ||
		die "cannot find '$history/$place': was it moved?"
	rm -rf "${incoming:?}/$name"
	phase=judging
	write_state
}

# write_night DIR: what nightly knows of it. Its verdict is added later.
write_night() {
	counts=$(count_variants "$1")
	lost=${counts##*, }
	lost=${lost% fail}
	night_status=0
	[ "$lost" = 0 ] || night_status=1
	env=$1/env.json
	printf '%s\n' "run_id=$(env_value "$env" run run_id)" \
		"day=$(printf %.8s "${place##*/}")" "status=$night_status" \
		"failed=$lost" "counts=$counts" "label=$(label_of "$env")" \
		"machine=$(machine_of "$env")" | put_file "$1/night" ||
		die "cannot write '$1/night'"
}

# load_night: of the one at $place.
load_night() {
	run=$history/$place
	run_id='' day='' night_status=1 counts='' night_label='' night_machine=''
	while IFS= read -r line; do
		value=${line#*=}
		case ${line%%=*} in
		run_id) run_id=$value ;;
		day) day=$value ;;
		status) night_status=$value ;;
		counts) counts=$value ;;
		label) night_label=$value ;;
		machine) night_machine=$value ;;
		esac
	done <"$run/night" || die "cannot read '$run/night'"
}
