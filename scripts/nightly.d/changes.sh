# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# What has changed, by three accounts: the trend, the last good night, and the
# baseline. A change is new until it has been told: a host's file 'told'
# remembers that.

# run_awk PROGRAM ARGUMENTS...: of nightly.d, with what they have in common.
run_awk() {
	program=$1
	shift
	awk -f "${tool%/*}/nightly.d/time.awk" -f "${tool%/*}/nightly.d/csv.awk" \
		-f "${tool%/*}/nightly.d/$program.awk" "$@"
}

# compare_with ACCOUNT BASE: ACCOUNT.csv, or ACCOUNT.not says why it cannot be
# compared; ACCOUNT.findings: account, row, direction, percent, since, words.
compare_with() {
	"$run_bench" compare --format csv --fail-on-regression "$percent" \
		"$2" "$run" >"$scratch/$1.csv" 2>"$scratch/$1.err"
	case $? in
	0 | 3) ;;
	*) tail -n 1 "$scratch/$1.err" >"$scratch/$1.not" ;;
	esac
	since=${2##*/}
	sed -n -e "s/^.*regression of '\(.*\)' ([^()]*): \([^ ]*\)%, allowed .*/$1$tab\1$tab+$tab\2%$tab$since$tab/p" \
		-e "s/^.*regression of '\(.*\)': it fails in new\$/$1$tab\1$tab+${tab}fails$tab$since$tab/p" \
		"$scratch/$1.err" >"$scratch/$1.findings"
}

compare_last() {
	last=$(find_last_good)
	[ -z "$last" ] || compare_with last "$last"
}

# A baseline may have another label, and is of the same machine.
compare_baseline() {
	base=$(find_baseline)
	[ -n "$base" ] || return 0
	base_machine=$(machine_of "$base/env.json")
	if [ "$base_machine" != "$night_machine" ]; then
		echo "it is of another machine: $base_machine" \
			>"$scratch/baseline.not"
	elif [ "$base" != "$run" ]; then
		compare_with baseline "$base"
	fi
}

# Of this machine's and this label's nights: what others have is theirs to tell.
run_trend() {
	"$run_bench" trend --format csv "$history/${place%%/*}" \
		>"$scratch/trend.csv" 2>"$scratch/trend.err" || {
		tail -n 1 "$scratch/trend.err" >"$scratch/trend.not"
		return
	}
	run_awk trend -v run="$run_id" -v label="$night_label" \
		-v cpu="$(env_value "$run/env.json" cpu model_name)" \
		-v machine="$(env_value "$run/env.json" lab machine)" \
		"$scratch/trend.csv" >"$scratch/trend.findings"
}

# find_changes: changes.tsv, the findings with what is new of them in front.
find_changes() {
	rm -f "$scratch"/*.findings "$scratch"/*.not "$scratch"/*.csv
	told=$history/${place%%/*}/told
	[ -e "$told" ] || : >"$told"
	compare_last
	compare_baseline
	run_trend
	for account in trend last baseline; do
		[ ! -e "$scratch/$account.findings" ] ||
			cat "$scratch/$account.findings"
	done | run_awk told -v told="$told" >"$scratch/changes"
	news=$(grep -c '^new' "$scratch/changes")
}
