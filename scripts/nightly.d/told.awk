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
		account[n] = t[2]
		key[n] = t[3] FS t[4]
	}
}

# Was it told after that time? A baseline's is told again when the row has been
# back since.
function was_told(row, after, clears,   i) {
	for (i = n; i; i--) {
		if (key[i] != row || when[i] <= after)
			continue
		if (account[i] != "clear")
			return 1
		if (clears)
			return 0
	}
	return 0
}

{
	row = $2 FS $3
	after = seconds($5)
	if ($1 == "trend")
		after -= slack + 1
	if (row in fresh)
		state = "also"
	else if (was_told(row, after, $1 == "baseline"))
		state = "told"
	else {
		state = "new"
		fresh[row] = 1
	}
	print state, $0
}
