# SPDX-License-Identifier: GPL-2.0-or-later
# What both kinds of generated man pages share. Variables: name, section, date,
# version.

# Text for troff: no escape or request begins in it.
function roff(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	return text ~ /^[.']/ ? "\\&" text : text
}

function bold(text) {
	return "\\fB" text "\\fR"
}

# A line of a paragraph: the first one after a blank line begins a new one.
function paragraph_line(line) {
	if (blank)
		print ".PP"
	blank = 0
	print line
}

function request(line) {
	blank = 0
	print line
}

function title(summary) {
	printf ".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
	printf ".TH %s %s \"%s\" \"vmentry-bench %s\"\n", toupper(name), section,
		date, version
	printf ".SH NAME\n%s \\- %s\n", roff(name), roff(summary)
}
