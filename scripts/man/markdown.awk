# SPDX-License-Identifier: GPL-2.0-or-later
# A man page from the first part of a Markdown file, down to the heading `until`:
# headings, paragraphs, and tables, of which each row becomes an item. With
# roff.awk, and summary.

# `code` in bold; [text](address) without the address.
function inline(text,    link, parts, i, n, out) {
	while (match(text, /\[[^]]*\]\([^)]*\)/)) {
		link = substr(text, RSTART, RLENGTH)
		sub(/\]\(.*/, "", link)
		text = substr(text, 1, RSTART - 1) substr(link, 2) \
			substr(text, RSTART + RLENGTH)
	}
	n = split(text, parts, "`")
	for (i = 1; i <= n; i++)
		out = out (i % 2 ? roff_plain(parts[i]) : bold(roff_plain(parts[i])))
	return out ~ /^[.']/ ? "\\&" out : out
}

function roff_plain(text) {
	text = roff(text)
	sub(/^\\&/, "", text)
	return text
}

# No request for a paragraph may follow it.
function heading(line) {
	request(line)
	headed = 1
}

# The columns `type` and `source` say so; others follow as they are.
function table_row(    cell, i, n) {
	n = split($0, cell, / *\| */)
	if (!columns) {
		columns = split($0, head, / *\| */)
		return
	}
	if ($0 ~ /^\|[-:|]+$/)
		return
	headed = 0
	request(".TP")
	print inline(cell[2])
	for (i = 3; i < n; i++)
		if (cell[i] == "")
			continue
		else if (head[i] == "type")
			printf "(%s)\n", inline(cell[i])
		else if (head[i] == "source")
			printf ".br\nSource: %s\n", inline(cell[i])
		else
			print inline(cell[i])
}

NR == 1 {
	title(summary)
	heading(".SH DESCRIPTION")
}
/^<!--/ || /^# / {
	next
}
$0 == until {
	exit
}
# What leads through the page on a screen: links, in a list before all headings.
!sections && (/^- / || /^  /) {
	next
}
/^\|/ {
	table_row()
	next
}
columns {
	columns = 0
	blank = 1
}
/^## / {
	sections++
	heading(".SH " inline(substr($0, 4)))
	next
}
/^### / {
	heading(".SS " inline(substr($0, 5)))
	next
}
!NF {
	blank = !headed
	next
}
{
	headed = 0
	paragraph_line(inline($0))
}
END {
	print ".SH SEE ALSO\n.BR run\\-bench (1)"
}
