# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# What came of it: verdict.txt, for the user.

show_boots() {
	[ -z "$history" ] || printf '%s\n' "$history" | sed 's/^boot=/	/'
}

# The results of a side, in order; a slot's are kept only when it is done.
side_results() {
	n=1
	while [ "$n" -le "$boots" ] && [ -e "$state/$1-$n" ]; do
		echo "$state/$1-$n"
		n=$((n + 1))
	done
}

# compare_sides COMMAND: the state's path has no blanks, start sees to that.
compare_sides() {
	# shellcheck disable=SC2046
	"$state/tool/run-bench" "$1" $(side_results base) -- $(side_results new)
}

verdict_of_success() {
	echo "ab-reboot: boots of each kernel, interleaved: $boots"
	for side in base new; do
		echo
		echo "$side:"
		"${method}_show" "$side"
		seen=$base_seen
		[ "$side" = base ] || seen=$new_seen
		printf '\tcame up\t%s\n' "$seen"
	done
	echo
	echo 'boots:'
	show_boots
	echo
	compare_sides compare || return 1
	echo
	compare_sides report
}

verdict_of_failure() {
	echo "ab-reboot: $result: $reason"
	echo
	echo 'boots:'
	show_boots
	echo
	echo "Results of whole boots are in '$state'; the rest has no verdict."
}

# Exit status 1: the results cannot be compared, and $reason says so.
write_verdict() {
	if [ "$result" = pending ]; then
		verdict_of_success >"$state/verdict.draft" 2>&1 && {
			put_file "$state/verdict.txt" <"$state/verdict.draft" ||
				die "cannot write '$state/verdict.txt'"
			rm -f "$state/verdict.draft"
			result=ok
			return
		}
		result=failed
		reason="cannot compare: $(tail -n 1 "$state/verdict.draft")"
	fi
	verdict_of_failure | put_file "$state/verdict.txt" ||
		die "cannot write '$state/verdict.txt'"
}
