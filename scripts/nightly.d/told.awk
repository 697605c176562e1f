# SPDX-License-Identifier: GPL-2.0-or-later
# With time.awk, on findings: account, row, direction, percent, since, words.
# Prints them with a state in front: 'new', 'told', or 'also' when another
# account of this night has it as new already.
#
# told: the host's file: stamp of the night, account, row, direction.
BEGIN {
	FS = OFS = "\t"
	slack = 3 * 86400 # as well as trend tells where a change is
	while ((getline line < told) > 0) {
		split(line, t, "\t")
		when[++n] = seconds(t[1])
		row_of[n] = t[3]
		direction[n] = t[4]
	}
}

# Was it told after that time? What is above the baseline is told again when the
# row's way down was told since: a single night's dip is none.
function was_told(account, row, sign, after,   i) {
	for (i = n; i; i--) {
		if (row_of[i] != row || when[i] <= after)
			continue
		if (direction[i] == sign)
			return 1
		if (account == "baseline")
			return 0
	}
	return 0
}

{
	after = seconds($5)
	if ($1 == "trend")
		after -= slack + 1
	if (($2, $3) in fresh)
		state = "also"
	else if (was_told($1, $2, $3, after))
		state = "told"
	else {
		state = "new"
		fresh[$2, $3] = 1
	}
	print state, $0
}
