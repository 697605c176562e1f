# SPDX-License-Identifier: GPL-2.0-or-later
# With csv.awk, on a comparison in CSV: the rows that differ, the geometric
# means, the warnings.
next_record() {
	kind = value_of("kind")
	if (kind == "row") {
		rows++
		show_row()
	} else if (kind == "geomean" && value_of("percent") != "")
		mean[++means] = sprintf("  geomean %-33s %s", \
			value_of("bench"), change())
	else if (kind == "warning")
		warning[++warnings] = value_of("text")
}

# wrap: to lines of 72 columns, the later ones indented.
function wrap(text,   words, n, i, line) {
	n = split(text, words, " ")
	line = "  " words[1]
	for (i = 2; i <= n; i++) {
		if (length(line) + 1 + length(words[i]) > 72) {
			print line
			line = "   "
		}
		line = line " " words[i]
	}
	print line
}

function signed(text) {
	return text + 0 > 0 ? "+" text : text
}

# interval(NAME): its ends, where they are known.
function interval(name) {
	if (value_of(name "_lo") == "")
		return ""
	return sprintf("  [%s, %s]", signed(value_of(name "_lo")), \
		signed(value_of(name "_hi")))
}

# change: in percent, or as it is where there is nothing to divide by.
function change() {
	if (value_of("percent") != "")
		return sprintf("%7s%%%s", signed(value_of("percent")), \
			interval("percent"))
	return sprintf("%7s from 0%s", signed(value_of("shift")), \
		interval("shift"))
}

function show_row() {
	if (value_of("verdict") == "~" || value_of("verdict") == "same" ||
	    ++differ > 20)
		return
	line[differ] = sprintf("  %-41s %s", row_name(), change())
}

END {
	print "  " differ + 0 " of " rows + 0 " rows differ"
	for (i = 1; i <= differ && i <= 20; i++)
		print line[i]
	if (differ > 20)
		print "  and " differ - 20 " more"
	for (i = 1; i <= means; i++)
		print mean[i]
	for (i = 1; i <= warnings; i++)
		wrap("  ! " warning[i])
}
