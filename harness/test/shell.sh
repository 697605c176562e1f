# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # counts are for who sources this
# What shell tests have in common. Makes $tmp, which is removed at the end.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failures=0 passed=0 failed=0

fail() {
	echo "FAIL: $*" >&2
	failures=$((failures + 1))
}

check() { # DESCRIPTION COMMAND...
	description=$1
	shift
	if "$@" >"$tmp/check" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $description" >&2
		cat "$tmp/check" >&2
	fi
}

# fake NAME: a command in $tmp/bin, which is to be first in PATH; standard input
# is what it does, with the settings $fake_settings.
fake() {
	{
		echo '#!/bin/sh'
		echo "$fake_settings"
		cat
	} >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

# counted NAME: likewise, for a command that changes something: the power fails
# when it is its turn, in the world $w.
counted() {
	{
		cat <<-'END'
		turn=$(($(cat $w/turn) + 1))
		echo "$turn" >$w/turn
		if [ "$turn" = "$(cat $w/power-fails-at)" ]; then
			kill -9 0
		fi
		END
		cat
	} | fake "$1"
}
