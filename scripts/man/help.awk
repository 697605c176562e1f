# SPDX-License-Identifier: GPL-2.0-or-later
# The man page of a command, from its --help. With roff.awk, and summary, what the
# command does in a few words.

function begin_items() {
	if (!options && /^ +--/) {
		request(".SH OPTIONS")
		options = 1
	}
}

# An item is "  TAG  what it is", in at most 7 columns of indent; what it is may
# stand in the lines below instead.
function item(indent,    gap) {
	begin_items()
	if (!items)
		base = indent
	items = 1
	if (nested != (indent > base)) {
		nested = !nested
		request(nested ? ".RS" : ".RE")
	}
	sub(/^ +/, "")
	gap = match($0, /  +/)
	request(".TP")
	print bold(roff(gap ? substr($0, 1, gap - 1) : $0))
	if (gap)
		print roff(substr($0, gap + RLENGTH))
}

# Below an item: more of its text, or "TAG  what it is" once more.
function continuation(    gap) {
	sub(/^ +/, "")
	gap = match($0, /[^.:;]  +[^ ]/)
	if (gap)
		printf ".br\n%s: %s\n", bold(roff(substr($0, 1, gap))),
			roff(substr($0, gap + RLENGTH - 1))
	else
		print roff($0)
}

function end_items() {
	if (nested)
		print ".RE"
	blank = blank || items
	nested = items = 0
}

# "Exit status: 0 done; 1 it could not be had; 2 usage."
function exit_status(text,    i, n, part) {
	sub(/^Exit status/, "", text)
	request(".SH EXIT STATUS")
	n = split(text, part, /[;:] /)
	for (i = 1; i <= n; i++)
		if (match(part[i], /^[0-9]+ /))
			printf ".TP\n%s\n%s\n", bold(substr(part[i], 1, RLENGTH - 1)),
				roff(substr(part[i], RLENGTH + 1) (i < n ? "." : ""))
		else if (part[i] ~ /^, for /)
			print roff("For " substr(part[i], 7) ":")
		else if (part[i] != "")
			print roff(part[i] (i < n ? "." : ""))
}

NR == 1 {
	title(summary)
	request(".SH SYNOPSIS\n.nf")
	usage = 1
}
usage && NF {
	sub(/^ *([uU]sage: )? */, "")
	print roff($0)
	next
}
usage {
	request(".fi\n.SH DESCRIPTION")
	usage = 0
	next
}
/^Exit status/ {
	end_items()
	status = $0
	next
}
status && NF {
	status = status " " $0
	next
}
status {
	exit_status(status)
	status = ""
}
!NF {
	end_items()
	blank = 1
	next
}
/^ / {
	match($0, /^ +/)
	if (RLENGTH < 8)
		item(RLENGTH)
	else
		continuation()
	next
}
{
	end_items()
	paragraph_line(roff($0))
}
END {
	end_items()
	if (status)
		exit_status(status)
	print ".SH SEE ALSO\n.BR run\\-bench (1),\n.BR vmentry\\-bench\\-csv (5)"
}
