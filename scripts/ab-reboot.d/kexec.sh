# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Booting by kexec. The word on the command line proves that a kernel was booted
# by this tool, and is the same on both sides, as they must not differ by it.
kexec_mark=vmentry_bench_ab=kexec

default_initrd() {
	for version in "$(image_release "$root$1")" "${1##*/vmlinuz-}"; do
		[ -n "$version" ] || continue
		for initrd in "/boot/initrd.img-$version" \
			"/boot/initramfs-$version.img"; do
			[ ! -e "$root$initrd" ] || {
				echo "$initrd"
				return
			}
		done
	done
	echo -
}

# What the boot loader added for the running kernel is not this one's.
default_cmdline() {
	running_cmdline |
		sed 's/^/ /; s/ BOOT_IMAGE=[^ ]*//; s/ initrd=[^ ]*//g; s/^ *//'
}

# kexec_entry SIDE KERNEL[,INITRD[,CMDLINE]]: its lines for the config.
kexec_entry() {
	kernel=${2%%,*} initrd='' cmdline=''
	case $2 in
	*,*,*)
		rest=${2#*,}
		initrd=${rest%%,*} cmdline=${rest#*,}
		;;
	*,*) initrd=${2#*,} ;;
	esac
	[ -n "$initrd" ] || initrd=$(default_initrd "$kernel")
	[ -n "$cmdline" ] || cmdline=$(default_cmdline)
	for file in "$kernel" "$initrd"; do
		case $file in
		-) continue ;;
		/*) ;;
		*) usage_error "not an absolute path: '$file'" ;;
		esac
		[ -r "$root$file" ] || die "cannot read '$file'"
	done
	# A kernel that panics has to reboot, into the default one.
	case " $cmdline" in
	*' panic='*) ;;
	*) cmdline="$cmdline panic=30" ;;
	esac
	printf '%s\n' "$1_kernel=$kernel" "$1_initrd=$initrd" \
		"$1_cmdline=$cmdline $kexec_mark" \
		"$1_release=$(image_release "$root$kernel")"
}

kexec_check() {
	command -v kexec >/dev/null ||
		die "cannot find 'kexec': install kexec-tools"
	[ -e "$root/sys/kernel/kexec_loaded" ] ||
		die 'cannot use kexec: the running kernel is built without it'
	! has_word "$(running_cmdline)" "$kexec_mark" ||
		die 'cannot start from a kernel that ab-reboot booted:' \
			'reboot first'
}

kexec_show() {
	echo "	kernel	$(config "$1_kernel")"
	echo "	initrd	$(config "$1_initrd")"
	echo "	command line	$(config "$1_cmdline")"
}

kexec_arm() {
	initrd=$(config "$1_initrd")
	set -- "$(config "$1_kernel")" "--command-line=$(config "$1_cmdline")"
	[ "$initrd" = - ] || set -- "$@" "--initrd=$initrd"
	# -a: the system call that checks signatures, where there is one.
	kexec -a -l "$@"
}

# A loaded kernel would be booted by "systemctl reboot" of newer systemds.
kexec_disarm() {
	[ "$(first_line "$root/sys/kernel/kexec_loaded")" = 0 ] || kexec -u
}

kexec_go() {
	systemctl kexec
}

kexec_came_up() {
	running=$(running_cmdline)
	if ! has_word "$running" "$kexec_mark"; then
		why="'$(uname -r)' came up, which kexec did not boot"
		return 1
	fi
	# A command line that is built in may stand before or behind it.
	has_word "$running" "$(config "$1_cmdline")" && return 0
	why="the command line is '$running'"
	return 1
}
