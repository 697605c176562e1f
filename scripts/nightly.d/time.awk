# SPDX-License-Identifier: GPL-2.0-or-later
# Dates, which not every awk knows of.

# day_number: of 20260131..., days since 1970-01-01, in the Gregorian calendar:
# years begin in March, so that the leap day is the last of its year.
function day_number(stamp,   y, m, d) {
	y = substr(stamp, 1, 4) + 0
	m = substr(stamp, 5, 2) + 0
	d = substr(stamp, 7, 2) + 0
	if (m <= 2) {
		y--
		m += 12
	}
	return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + \
		int((153 * (m - 3) + 2) / 5) + d - 719469
}

# seconds: of 20260131T123456Z..., since 1970.
function seconds(stamp) {
	return day_number(stamp) * 86400 + substr(stamp, 10, 2) * 3600 + \
		substr(stamp, 12, 2) * 60 + substr(stamp, 14, 2)
}
