# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The systemd units, and the command that they run: a script with the options
# that --install was given, which cron can run as well.

job=$root/etc/vmentry-bench/nightly
units=$root/etc/systemd/system
unit=vmentry-bench-nightly

need_root() {
	[ "$(id -u)" = 0 ] || die "cannot $1: Operation not permitted: be root"
}

# absolute PATH: jobs are not run in the current directory.
absolute() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$PWD/$1" ;;
	esac
}

# The options in effect, each with its value, for a shell to read.
option_words() {
	[ -z "$kernel" ] || kernel=$(absolute "$kernel")
	[ ! -d "$source" ] || source=$(absolute "$source")
	for option in kernel source ref machine cmdline label notify notify_on \
		kcidb origin keep_raw keep_nights keep_failed min_free settle; do
		eval "value=\$$option"
		[ -z "$value" ] || printf ' \\\n\t--%s %s' \
			"$(echo "$option" | tr _ -)" "$(quoted "$value")"
	done
	printf ' \\\n\t--fail-on-regression %s' "$percent"
	[ -z "$mail_headers" ] || printf ' \\\n\t--mail-headers'
	[ -z "$other_run_bench" ] ||
		printf ' \\\n\t--run-bench %s' \
			"$(quoted "$(absolute "$other_run_bench")")"
}

print_job() {
	echo '#!/bin/sh'
	echo "# Written by 'nightly --install': the night's run. Edit it, or"
	echo "# '--uninstall' and '--install' again."
	printf 'exec %s' "$(quoted "$tool")"
	option_words
	printf ' \\\n\t%s --%s\n' "$(quoted "$history")$patterns" "$words"
}

install_units() {
	open_history
	case $history in
	*[!A-Za-z0-9/._+-]*)
		usage_error "'$history' must have letters, digits and /._+- only"
		;;
	esac
	need_root install
	[ ! -e "$job" ] ||
		die "cannot install: '$job' is there: '--uninstall' first"
	mkdir -p "${job%/*}" "$units/$unit.service.d" || exit 1
	printf '[Unit]\nRequiresMountsFor=%s %s\n' "$history" "${tool%/*}" |
		put_file "$units/$unit.service.d/mounts.conf" &&
		put_file "$units/$unit.service" \
			<"${tool%/*}/systemd/$unit.service" &&
		put_file "$units/$unit.timer" \
			<"${tool%/*}/systemd/$unit.timer" &&
		print_job | put_file "$job" && chmod +x "$job" ||
		die "cannot write '$job' and the units in '$units'"
	systemctl daemon-reload && systemctl -q enable --now "$unit.timer" ||
		die "cannot enable '$unit.timer'"
	echo "installed: '$job', run by '$unit.timer'; its time is changed by" \
		"'systemctl edit $unit.timer'"
}

remove_units() {
	need_root uninstall
	[ -e "$units/$unit.timer" ] || [ -e "$job" ] ||
		die "cannot uninstall: there is no '$units/$unit.timer'"
	[ ! -e "$units/$unit.timer" ] ||
		systemctl -q disable --now "$unit.timer"
	rm -f "$units/$unit.timer" "$units/$unit.service" "$job" \
		"$units/$unit.service.d/mounts.conf"
	# What the user added stays.
	rmdir "$units/$unit.service.d" "${job%/*}" 2>/dev/null
	systemctl daemon-reload
	echo "removed: '$unit.timer'; the history stays"
}
