# SPDX-License-Identifier: GPL-2.0-or-later
# With time.awk, on list_nights: which nights can go, and whose raw data. Of
# nights that are not all kept, the first of each week stays.
#
# keep_raw, keep_nights: days, or ""; base, last: paths that stay
BEGIN { FS = "\t" }

{
	n++
	day[n] = day_number($2)
	path[n] = $8
	kept[n] = $8 == base || $8 == last || $5 == "change" || $5 == ""
}

# 1970-01-01 was a Thursday, and weeks begin on Mondays.
function week(number) {
	return int((number + 3) / 7)
}

END {
	for (i = 1; i < n; i++) {
		age = day[n] - day[i]
		first = !(week(day[i]) in seen)
		seen[week(day[i])] = 1
		if (kept[i])
			continue
		if (keep_nights != "" && age > keep_nights && !first)
			print "night\t" path[i]
		else if (keep_raw != "" && age > keep_raw)
			print "raw\t" path[i]
	}
}
