# SPDX-License-Identifier: GPL-2.0-or-later
# usage: awk -f check-rows.awk SUMMARY.CSV
# Say on standard output what is wrong with a summary.csv: rows that are not
# whole, a launch that stands there twice, numbers that cannot be. The exit
# status is 1 then.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

# Split a line into field[1..]; a comma between quotes separates nothing.
function split_line(line,    n, len) {
	for (n = 1; ; n++) {
		len = 0
		if (line !~ /^"/)
			len = match(line, /,/) ? RSTART - 1 : length(line)
		else if (match(line, /^"([^"]|"")*"/))
			len = RLENGTH
		field[n] = substr(line, 1, len)
		line = substr(line, len + 1)
		if (line == "")
			return n
		if (line !~ /^,/)
			return 0
		line = substr(line, 2)
	}
}

# The row's statistics, from min to max, in which order they must stand.
function check_numbers(    i, last) {
	if (field[11] == "per_op") {
		if (field[17] !~ number || field[17] != field[18])
			complain("no value of '" field[10] "'")
		return
	}
	if (field[14] !~ /^[1-9][0-9]*$/)
		complain("an ok row without samples")
	last = 0
	for (i = 15; i <= 23; i++) {
		if (i == 18) # the mean
			continue
		if (field[i] !~ number || field[i] + 0 < last)
			complain("'" name[i] "' is '" field[i] "', after " last)
		last = field[i] + 0
	}
}

BEGIN {
	number = "^-?[0-9]+(\\.[0-9]+)?$"
}

FNR == 1 {
	columns = split($0, name, ",")
	if (columns != 25)
		complain(columns " columns, not 25")
	next
}

{
	if (split_line($0) != columns) {
		complain("not a whole row")
		next
	}
	key = field[7] SUBSEP field[8] SUBSEP field[9] SUBSEP field[10]
	if (key in seen)
		complain("launch " field[7] " of '" field[8] " " field[9] \
			 "' stands there twice")
	seen[key]
	if (field[12] == "skip" || field[12] == "fail") {
		if (field[13] == "")
			complain("a " field[12] " row without a reason")
	} else if (field[12] == "ok" || field[12] == "unverified") {
		check_numbers()
	} else {
		complain("status '" field[12] "'")
	}
}

END {
	exit bad
}
