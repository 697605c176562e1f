# SPDX-License-Identifier: GPL-2.0-or-later
# With csv.awk, on summary.csv: how many variants there are of each status. A
# variant is what its worst launch is.
BEGIN {
	worse["skip"] = 1
	worse["ok"] = 2
	worse["unverified"] = 3
	worse["fail"] = 4
}

next_record() && value_of("metric") == "latency" {
	name = row_name()
	status = value_of("status")
	if (worse[status] > worse[seen[name]])
		seen[name] = status
}

END {
	for (name in seen)
		n[seen[name]]++
	printf "%d ok, %d unverified, %d skip, %d fail\n", n["ok"], \
		n["unverified"], n["skip"], n["fail"]
}
