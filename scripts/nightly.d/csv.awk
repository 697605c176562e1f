# SPDX-License-Identifier: GPL-2.0-or-later
# RFC 4180 for awk. next_record() is to be called first for every line: it
# fills field[1..fields] when a record is complete, and column[NAME] from the
# first one, the header.

# split_record: returns 1, or 0 while the text ends inside quotes.
function split_record(text,   at, n, c, quoted, value) {
	n = 0
	value = ""
	while (1) {
		if (!quoted && substr(text, 1, 1) == "\"" && value == "") {
			quoted = 1
			text = substr(text, 2)
		}
		if (quoted) {
			at = index(text, "\"")
			if (!at)
				return 0
			value = value substr(text, 1, at - 1)
			text = substr(text, at + 1)
			if (substr(text, 1, 1) == "\"") {
				value = value "\""
				text = substr(text, 2)
				continue
			}
			quoted = 0
		}
		at = index(text, ",")
		c = at ? substr(text, 1, at - 1) : text
		field[++n] = value c
		value = ""
		if (!at)
			break
		text = substr(text, at + 1)
	}
	fields = n
	return 1
}

# next_record: is a record of data complete with this line?
function next_record(   i) {
	if (FNR == 1)
		pending = ""
	pending = pending $0
	if (!split_record(pending)) {
		pending = pending "\n"
		return 0
	}
	pending = ""
	if (!header_of[FILENAME]++) {
		split("", column)
		for (i = 1; i <= fields; i++)
			column[field[i]] = i
		return 0
	}
	return 1
}

# value_of(NAME): of the record, by the column's name.
function value_of(name) {
	return name in column ? field[column[name]] : ""
}

function row_name(   variant, metric) {
	variant = value_of("variant")
	metric = value_of("metric")
	return value_of("bench") (variant == "" ? "" : "[" variant "]") \
		(metric == "" || metric == "latency" ? "" : " " metric)
}
