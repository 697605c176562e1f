# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Which kernel is this? A rebuilt kernel keeps its release, so that alone will
# not do.

first_line() {
	IFS= read -r first <"$1" && printf '%s\n' "$first"
}

boot_id() {
	first_line "$root/proc/sys/kernel/random/boot_id"
}

running_cmdline() {
	first_line "$root/proc/cmdline"
}

# The note of the GNU build id: name of 4 bytes, 20 bytes, type 3, "GNU". Not a
# checksum of all notes: on some kernels KASLR moves what others of them say.
build_id() {
	od -An -v -tx1 "$root/sys/kernel/notes" 2>/dev/null | tr -d ' \n' |
		sed -n 's/.*040000001400000003000000474e5500\(.\{40\}\).*/\1/p'
}

running_kernel() {
	printf '%s, build id %s, %s, command line %s\n' "$(uname -r)" \
		"$(build_id)" "$(first_line "$root/proc/version")" \
		"$(running_cmdline)"
}

# image_release FILE: the release that a bzImage's header names; nothing where
# it is none. The header's time of build is not that of /proc/version always.
image_release() {
	[ "$(head -c 518 "$1" 2>/dev/null | tail -c 4 | tr '\0' .)" = HdrS ] ||
		return 0
	offset=$(od -An -tu2 -j 526 -N 2 "$1" | tr -d ' ')
	# No tail into head: where SIGPIPE is ignored, as in systemd's units,
	# tail would complain of it.
	dd if="$1" bs=1 skip=$((offset + 512)) count=256 2>/dev/null |
		tr '\0' '\n' | sed -n '1s/ .*//p'
}

# has_word TEXT WORD: is it one of the words between blanks?
has_word() {
	case " $1 " in
	*" $2 "*) return 0 ;;
	esac
	return 1
}

# came_up SIDE: is the running kernel the one that was asked for? Otherwise
# $why says what is wrong with it. What came up first of a side is remembered,
# and has to come up always.
came_up() {
	"${method}_came_up" "$1" || return 1
	release=$(config "$1_release")
	if [ -n "$release" ] && [ "$release" != "$(uname -r)" ]; then
		why="'$(uname -r)' came up, not '$release'"
		return 1
	fi
	seen=$(running_kernel)
	eval "before=\$$1_seen"
	# shellcheck disable=SC2154 # set by the line above
	if [ -n "$before" ] && [ "$before" != "$seen" ]; then
		why="not the kernel that came up first: '$seen', not '$before'"
		return 1
	fi
	if [ "$(config base)" != "$(config new)" ] &&
		{ [ "$1:$seen" = "new:$base_seen" ] ||
			[ "$1:$seen" = "base:$new_seen" ]; }; then
		why='the same kernel came up for both sides'
		return 1
	fi
	eval "$1_seen=\$seen"
}

at_home() {
	[ "$(running_kernel)" = "$(config home)" ]
}
