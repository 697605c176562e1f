# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015
# What nightly, ab-reboot and fleet/run have in common.

# is_number TEXT: no sign, no leading zero, six digits at most.
is_number() {
	case $1 in
	'' | *[!0-9]* | 0?* | ???????*) return 1 ;;
	esac
}

# Quote for a shell that reads it again.
quoted() {
	printf "'"
	printf '%s' "$1" | sed "s/'/'\\\\''/g"
	printf "'"
}

# put_file FILE: write standard input to it, whole or not at all.
put_file() {
	cat >"$1.next" && sync "$1.next" && mv "$1.next" "$1" &&
		sync "${1%/*}"
}
