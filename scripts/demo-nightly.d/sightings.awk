# SPDX-License-Identifier: GPL-2.0-or-later
# With csv.awk, on what trend prints as CSV: row, host and date of each sighting
# of a change.
next_record() {
	print row_name(), value_of("host"), substr(value_of("date"), 1, 10)
}
