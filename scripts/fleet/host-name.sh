# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # variables are the caller's

# split_host [USER@]HOST[:PORT]: $login for ssh, $port or "", and the $name of
# the host's directory. Status 1 when it is no such thing; an IPv6 address with
# a port is in brackets.
split_host() {
	word='[A-Za-z0-9_][A-Za-z0-9._-]*' v6='[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*'
	v6="$v6(%[A-Za-z0-9._-]+)?" port='(:([0-9]{1,5}))?'
	parts=$(printf '%s\n' "$1" | sed -nE \
		-e "s/^(($word@)?$word)$port\$/\\1 \\4/p" \
		-e "s/^($word@)?\\[($v6)\\]$port\$/\\1\\2 \\5/p" \
		-e "s/^(($word@)?$v6)\$/\\1 /p")
	[ -n "$parts" ] || return 1
	login=${parts% *} port=${parts##* }
	name=$(printf %s "${login##*@}${port:+-$port}" | tr ':%' '-')
	# "::1" would begin with what looks like an option.
	case $name in
	-*) name=v6$name ;;
	esac
}
