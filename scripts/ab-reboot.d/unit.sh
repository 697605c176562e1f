# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The systemd unit that resumes after each boot.

install_unit() {
	mkdir -p "${unit_file%/*}"
	sed "s|@STATE@|$state|g" "$state/tool/systemd/$unit" |
		put_file "$unit_file" || die "cannot write '$unit_file'"
	systemctl daemon-reload && systemctl -q enable "$unit" ||
		die "cannot enable '$unit'"
}

remove_unit() {
	[ -e "$unit_file" ] || return 0
	systemctl -q disable "$unit"
	rm -f "$unit_file"
	sync "${unit_file%/*}"
	systemctl daemon-reload
}
