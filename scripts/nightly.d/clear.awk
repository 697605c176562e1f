# SPDX-License-Identifier: GPL-2.0-or-later
# With csv.awk, on the comparison with the baseline in CSV: rows that were told
# to be higher and are not any more, by half of what makes a regression.
#
# told: the host's file; limit: percent
BEGIN {
	while ((getline line < told) > 0) {
		split(line, t, "\t")
		if (t[4] == "+")
			high[t[3]] = t[2] != "clear"
	}
}

next_record() && value_of("kind") == "row" {
	row = row_name()
	if (high[row] && value_of("percent") != "" &&
	    value_of("percent") + 0 <= limit / 2)
		print "clear\tclear\t" row "\t+\t" value_of("percent") "\t\t"
}
