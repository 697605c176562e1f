# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Booting by GRUB's one-time entry, which falls back to the default entry by
# itself: GRUB clears it before it boots the kernel.

grub_dir() {
	for dir in /boot/grub /boot/grub2; do
		[ ! -e "$root$dir/grub.cfg" ] || {
			echo "$root$dir"
			return
		}
	done
}

# grub_tool NAME: Fedora and SUSE call them grub2-NAME.
grub_tool() {
	tool=grub-$1
	command -v "$tool" >/dev/null || tool=grub2-$1
	shift
	"$tool" "$@"
}

# Each menu entry: its path by ids, its path by titles, its "linux" line. A
# path is what grub-reboot takes: SUBMENU>ENTRY.
grub_entries() {
	awk '
	function word(text) {
		if (match(text, /^\047[^\047]*\047/) || match(text, /^"[^"]*"/))
			return substr(text, 2, RLENGTH - 2)
		match(text, /^[^ \t{]*/)
		return substr(text, 1, RLENGTH)
	}
	/^[ \t]*(menuentry|submenu)[ \t]/ {
		text = $0
		sub(/^[ \t]*(menuentry|submenu)[ \t]+/, "", text)
		title = id = word(text)
		if (match(text, /(\$\{?menuentry_id_option\}?|--id)[ =]*/))
			id = word(substr(text, RSTART + RLENGTH))
		ids[depth + 1] = (depth ? ids[depth] ">" : "") id
		titles[depth + 1] = (depth ? titles[depth] ">" : "") title
		depth++
		next
	}
	/^[ \t]*function[ \t]/ { depth++ }
	/^[ \t]*}/ { depth-- }
	/^[ \t]*linux(efi|16)?[ \t]/ && depth {
		sub(/^[ \t]*linux[a-z0-9]*[ \t]+/, "")
		print ids[depth] "\t" titles[depth] "\t" $0
	}' "$(grub_dir)/grub.cfg"
	grub_bls_entries
}

# Boot loader specification: a file for each entry, where grub.cfg says so.
grub_bls_entries() {
	grep -q '^[[:space:]]*blscfg' "$(grub_dir)/grub.cfg" || return 0
	for file in "$root"/boot/loader/entries/*.conf; do
		[ -e "$file" ] || continue
		id=${file##*/}
		awk -v id="${id%.conf}" '
		{ key = $1; sub(/^[^ \t]+[ \t]*/, ""); value[key] = $0 }
		END { print id "\t" value["title"] "\t" value["linux"] " " \
			value["options"] }' "$file"
	done
}

# grub_entry SIDE ENTRY: its lines for the config.
grub_entry() {
	case $2 in
	/*) usage_error "'$2' is no menu entry: is it for '--method kexec'?" ;;
	'' | *[!0-9\>]*) ;;
	*) usage_error "'$2' may be another entry later: give an id" ;;
	esac
	line=$(grub_entries | ENTRY=$2 awk -F '\t' '
		!found && ($1 == ENVIRON["ENTRY"] || $2 == ENVIRON["ENTRY"]) {
			print $3
			found = 1
		}')
	[ -n "$line" ] || {
		echo "ab-reboot: the menu entries are:" >&2
		grub_entries | cut -f 1 >&2
		die "cannot find a menu entry '$2'"
	}
	image=${line%%[ 	]*}
	release=$(image_release "$root/boot/${image##*/}")
	printf '%s\n' "$1_image=$image" "$1_words=${line#"$image"}" \
		"$1_release=$release"
	case $line in
	*panic=*) ;;
	*) warn "no panic= in '$2': if it panics, reset the machine by hand" ;;
	esac
}

grub_check() {
	dir=$(grub_dir)
	[ -n "$dir" ] || die "cannot find '/boot/grub/grub.cfg', nor in grub2"
	grep -q next_entry "$dir/grub.cfg" ||
		die "cannot use '$dir/grub.cfg': it knows no one-time entry"
	case $(grub_tool probe --target=abstraction "$dir" 2>/dev/null) in
	*lvm* | *mdraid* | *diskfilter*)
		die "cannot use '$dir': on LVM or RAID, GRUB does not clear" \
			'its one-time entry'
		;;
	esac
	case $(grub_tool probe --target=fs "$dir" 2>/dev/null) in
	btrfs | zfs)
		die "cannot use '$dir': on its file system, GRUB does not" \
			'clear its one-time entry'
		;;
	esac
}

grub_show() {
	echo "	entry	$(config "$1")"
	echo "	kernel	$(config "$1_image")"
	echo "	command line	$(config "$1_words")"
}

grub_pending() {
	grub_tool editenv "$(grub_dir)/grubenv" list |
		sed -n 's/^next_entry=//p'
}

grub_arm() {
	grub_tool reboot "$(config "$1")" &&
		[ "$(grub_pending)" = "$(config "$1")" ]
}

grub_disarm() {
	[ -z "$(grub_pending)" ] ||
		grub_tool editenv "$(grub_dir)/grubenv" unset next_entry
}

grub_go() {
	systemctl reboot
}

# What GRUB started says so itself. Words that the menu expands or unquotes are
# not known here.
grub_came_up() {
	running=$(running_cmdline) image=$(config "$1_image")
	case "$running " in
	BOOT_IMAGE=*"$image "*) ;;
	*)
		why="GRUB booted '${running%% *}', not '$image'"
		return 1
		;;
	esac
	config "$1_words" | tr -s '[:blank:]' '\n' |
		grep -v "[\$\"'\\\\]" >"$state/words"
	while IFS= read -r word; do
		[ -n "$word" ] && ! has_word "$running" "$word" || continue
		why="the command line lacks '$word': '$running'"
		return 1
	done <"$state/words"
}
