# SPDX-License-Identifier: GPL-2.0-or-later
# With time.awk and csv.awk, on what trend prints as CSV: findings, as told.awk
# takes them, of this machine's and this label's nights.
#
# run: the night's id; cpu, machine (of the lab), label: its own. Changes of
# more than 90 days ago are not told anew: nightly was not there, or told them.
function direction_sign(word) {
	return word == "slower" || word == "more" ? "+" : "-"
}

function percent_text(percent) {
	return percent == "" ? "from 0" : sprintf("%+.3g%%", percent)
}

next_record() && value_of("cpu") == cpu && value_of("machine") == machine && \
	value_of("label") == label {
	since = value_of("to_run")
	if (seconds(run) - seconds(since) > 90 * 86400)
		next
	words = value_of("from_kernel") == value_of("to_kernel") \
		? "same kernel" \
		: "kernel " value_of("from_kernel") " -> " value_of("to_kernel")
	printf "trend\t%s\t%s\t%s\t%s\t%s\n", row_name(), \
		direction_sign(value_of("direction")), \
		percent_text(value_of("percent")), since, words
}
