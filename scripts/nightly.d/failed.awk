# SPDX-License-Identifier: GPL-2.0-or-later
# With csv.awk, on summary.csv: the variants that failed, and why.
next_record() && value_of("metric") == "latency" && \
	value_of("status") == "fail" && !seen[row_name()]++ {
	if (++n <= 20)
		print "  fail: " row_name() ": " value_of("reason")
}

END {
	if (n > 20)
		print "  and " n - 20 " more"
}
