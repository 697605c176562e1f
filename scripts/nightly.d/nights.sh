# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# What is known of a night: its env.json, and the file 'night' beside it.

# env_value FILE OBJECT KEY: of env.json, which run-bench indents by two; text
# without its quotes, nothing where it is null.
env_value() {
	awk -v object="  \"$2\": {" -v key="    \"$3\": " '
		index($0, object) == 1 { inside = 1; next }
		inside && /^  }/ { exit }
		inside && index($0, key) == 1 {
			value = substr($0, length(key) + 1)
			sub(/,$/, "", value)
			gsub(/^"|"$/, "", value)
			if (value != "null")
				print value
			exit
		}' "$1"
}

run_ended() {
	[ -n "$(env_value "$1/env.json" run finished_utc 2>/dev/null)" ]
}

# file_name TEXT: letters, digits and a few more; never a hidden one.
file_name() {
	printf '%s' "$1" | tr -c 'A-Za-z0-9._=,+-' _ | sed 's/^\./_/'
}

# What nights must have in common to be compared: trend goes by the same.
machine_of() {
	model=$(env_value "$1" cpu model_name)
	backend=$(env_value "$1" kvm backend_name)
	emulated=$(env_value "$1" lab machine)
	echo "${model:-unknown CPU}, ${backend:-unknown KVM}${emulated:+, lab $emulated}"
}

# The user's name for the kernel under test; by default it is its release,
# which is another one every other night.
label_of() {
	given=$(env_value "$1" run label)
	[ "$given" = "$(env_value "$1" run kernel)" ] || echo "$given"
}

# host_directory ENV-FILE: machines of the lab are all called alike.
host_directory() {
	emulated=$(env_value "$1" lab machine)
	[ -z "$emulated" ] || emulated=lab-$emulated
	file_name "${emulated:-$(env_value "$1" run host)}"
}

# The rows of a run, by what became of each variant: failed where one launch
# did, as run-bench counts them.
count_variants() {
	awk -f "${tool%/*}/nightly.d/csv.awk" -f "${tool%/*}/nightly.d/count.awk" \
		"$1/summary.csv"
}

# list_nights HOST-DIRECTORY: run id, day, status, failed, verdict, label,
# machine and path of each night, tab-separated, by time. Only what nightly
# filed is a night to it.
list_nights() {
	find "$1" -mindepth 3 -maxdepth 3 -name night -type f -exec awk '
		function show() {
			sub(/\/night$/, "", file)
			print v["run_id"] "\t" v["day"] "\t" v["status"] "\t" \
				v["failed"] "\t" v["verdict"] "\t" v["label"] \
				"\t" v["machine"] "\t" file
			split("", v)
		}
		FNR == 1 && NR > 1 { show() }
		{
			file = FILENAME
			at = index($0, "=")
			v[substr($0, 1, at - 1)] = substr($0, at + 1)
		}
		END { if (NR) show() }' {} + | LC_ALL=C sort
}

# find_last_good: of the seven nights before this one, with the same machine
# and label, the newest of those in which the fewest variants failed. So one
# that fails always is no bar, and one that fails once is not compared with.
find_last_good() {
	list_nights "$history/${place%%/*}" >"$scratch/nights"
	awk -F '\t' -v run="$run_id" -v label="$night_label" \
		-v machine="$night_machine" '
		$1 < run && $6 == label && $7 == machine {
			failed[++n] = $4
			path[n] = $8
		}
		END {
			for (i = n; i > 0 && i > n - 7; i--)
				if (!best || failed[i] + 0 < failed[best] + 0)
					best = i
			if (best)
				print path[best]
		}' "$scratch/nights"
}

# find_baseline: the directory of the run that the user chose, if it is still
# there.
find_baseline() {
	[ -e "$history/${place%%/*}/baseline" ] || return 0
	read -r chosen <"$history/${place%%/*}/baseline" || return 0
	for found in "$history/${place%%/*}"/*/"$chosen"; do
		[ ! -e "$found/summary.csv" ] || echo "$found"
	done
}

# --set-baseline RUN: what a path ends in will do.
set_baseline() {
	open_history
	make_scratch
	lock_history
	baseline=${baseline%/}
	baseline=${baseline##*/}
	case $baseline in
	'' | .* | *'*'* | *'?'* | *'['*) usage_error "not a run: '$baseline'" ;;
	esac
	for found in "$history"/*/*/"$baseline"; do
		run_ended "$found" || continue
		home=${found%/*/*}
		echo "$baseline" | put_file "$home/baseline" ||
			die "cannot write '$home/baseline'"
		echo "the baseline of '${home##*/}' is now '$found'"
		return
	done
	die "cannot find a finished run '$baseline' in '$history'"
}
