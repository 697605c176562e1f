#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# ab-reboot in a fake machine: a directory for /, and commands that do as if.
# Takes the directory of scripts/. Among others, power fails before every
# command that changes something, one after the other.
# shellcheck disable=SC2015 # "A && B || C" is meant
set -u
scripts=$1
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"
w=$tmp/world r=$tmp/world/root state=$tmp/world/root/var/lib/ab
unit_file=$r/etc/systemd/system/vmentry-bench-ab.service
export AB_REBOOT_ROOT="$r"
fake_settings="w=$tmp/world state=$state"
mkdir "$tmp/bin"
PATH=$tmp/bin:$PATH
export PATH

make_fakes() {
	fake id <<-'END'
	echo 0
	END
	fake uname <<-'END'
	cat $w/release
	END
	fake stat <<-'END'
	cat $w/filesystem
	END
	fake sleep <<-'END'
	END
	fake grub-probe <<-'END'
	[ "$1" != --target=fs ] || echo ext2
	END
	# A state must be on the disk before it takes the old one's place.
	# Not counted: power that fails before it, or after, fails before the
	# command that follows as well.
	fake sync <<-'END'
	echo "$*" >$w/synced
	END
	counted mv <<-'END'
	case $1 in
	*.next) [ "$(cat $w/synced)" = "$1" ] || echo "$1" >>$w/unsynced ;;
	esac
	exec /bin/mv "$@"
	END
	counted kexec <<-'END'
	case $* in
	-u) echo 0 >$w/root/sys/kernel/kexec_loaded; rm -f $w/kexec ;;
	*)
		[ ! -e $w/no-kexec ] || exit 1
		echo 1 >$w/root/sys/kernel/kexec_loaded
		printf '%s\n' "$@" >$w/kexec
		;;
	esac
	END
	make_grub_fakes
	make_machine_fakes
}

make_machine_fakes() {
	counted systemctl <<-'END'
	case $* in
	reboot | kexec) echo "$1" >$w/reboot ;;
	*enable*) : >$w/enabled ;;
	*disable*) rm -f $w/enabled ;;
	esac
	END
	counted run-bench <<-'END'
	. $w/run-bench
	END
}

make_grub_fakes() {
	fake grub-probe <<-'END'
	[ "$1" != --target=fs ] || echo ext2
	END
	counted grub-reboot <<-'END'
	echo "$1" >$w/next_entry
	END
	fake grub-editenv <<-'END'
	case $2 in
	unset) rm -f $w/next_entry ;;
	list) echo "next_entry=$(cat $w/next_entry 2>/dev/null)" ;;
	esac
	END
}

# What run-bench does: "run" leaves results, half of them when power fails.
run_bench_body() {
	cat <<-'END'
	case "$1 $*" in
	*--bogus*) echo "run-bench: unknown option '--bogus'" >&2; exit 2 ;;
	*--dry-run*) exit 0 ;;
	compare*)
		echo "$*" | sed "s|$state/||g"
		exit $(cat $w/compare-status)
		;;
	report*) echo reported; exit 0 ;;
	esac
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--label) label=$2; shift ;;
		--output) output=$2; shift ;;
		--resume) output=$2 label=resumed; shift ;;
		*) echo "$1" >>$w/arguments ;;
		esac
		shift
	done
	mkdir "$output" 2>/dev/null || [ $label = resumed ] || exit 1
	: >$output/summary.csv
	turn=$(($(cat $w/turn) + 1))
	echo $turn >$w/turn
	[ "$turn" != "$(cat $w/power-fails-at)" ] || kill -9 0
	status=$(cat $w/run-status)
	[ "$status" = cut ] && { echo 0 >$w/run-status; exit 1; }
	echo '"finished_utc": "2026"' >$output/env.json
	echo "$label $(cat $w/release)" >>$w/runs
	[ "$status" = 0 ] || echo "run-bench: status $status" >&2
	exit $status
	END
}

# image RELEASE: a bzImage, as far as its header is looked at.
image() {
	{
		head -c 514 /dev/zero
		printf HdrS
		head -c 8 /dev/zero
		printf '\036\000'
		head -c 14 /dev/zero
		printf '%s (me@here) #1 SMP\000' "$1"
	} >"$r/boot/vmlinuz-$1"
	: >"$r/boot/initrd.img-$1"
}

grub_cfg() {
	cat >"$r/boot/grub/grub.cfg" <<-'END'
	if [ "${next_entry}" ] ; then
	   set default="${next_entry}"
	fi
	function gfxmode {
		set gfxpayload="${1}"
	}
	menuentry 'Debian' --class os $menuentry_id_option 'simple' {
		linux	/boot/vmlinuz-home root=/dev/sda ro
	}
	menuentry 'Debian, tuned' --id tuned {
		linux	/boot/vmlinuz-home root=/dev/sda ro tuned panic=5
	}
	submenu 'Advanced options' $menuentry_id_option 'advanced' {
		menuentry "Debian, a" --class os $menuentry_id_option 'id-a' {
			linux	/boot/vmlinuz-a root=/dev/sda ${x} panic=5
			initrd	/boot/initrd.img-a
		}
		menuentry 'Debian, b' --id 'id-b' {
			linux	/boot/vmlinuz-b root=/dev/sda panic=5
		}
	}
	END
}

make_world() {
	mkdir -p "$r/proc/sys/kernel/random" "$r/sys/kernel" "$r/boot/grub" \
		"$r/etc/systemd/system" "$r/var/lib"
	echo 0 >"$w/turn"
	echo 0 >"$w/run-status"
	echo 0 >"$w/compare-status"
	echo none >"$w/power-fails-at"
	echo ext2/ext3 >"$w/filesystem"
	: >"$w/runs"
	: >"$w/broken"
	: >"$w/booted"
	run_bench_body >"$w/run-bench"
	for release in home a b; do
		image $release
	done
	grub_cfg
	bring_up home 'BOOT_IMAGE=/boot/vmlinuz-home root=/dev/sda ro'
	save new
}

save() {
	rm -rf "${tmp:?}/$1"
	cp -a "$w" "$tmp/$1"
}

restore() {
	rm -rf "$w"
	cp -a "$tmp/$1" "$w"
}

# A machine that runs its default kernel, and nothing under way.
new_world() {
	restore new
}

# bring_up RELEASE COMMAND-LINE: a kernel runs now.
bring_up() {
	echo "$1" >"$w/release"
	echo "$2" >"$r/proc/cmdline"
	echo "Linux version $1 (me@here)$(cat "$w/rebuilt" 2>/dev/null)" \
		>"$r/proc/version"
	printf '\004\000\000\000\024\000\000\000\003\000\000\000GNU\000%-20s' \
		"$1" >"$r/sys/kernel/notes"
	echo 0 >"$r/sys/kernel/kexec_loaded"
	echo "$1" >>"$w/booted"
	echo "boot-$(wc -l <"$w/booted")" >"$r/proc/sys/kernel/random/boot_id"
	rm -f "$w/kexec" "$w/reboot"
}

by_firmware() {
	entry=simple image=BOOT_IMAGE=/boot/vmlinuz
	if [ -s "$w/next_entry" ]; then
		entry=$(cat "$w/next_entry")
		[ -e "$w/grub-cannot-write" ] || : >"$w/next_entry"
	fi
	case $entry in
	*id-a) boot_kernel a "$image-a root=/dev/sda x panic=5" ;;
	*', b' | *id-b) boot_kernel b "$image-b root=/dev/sda panic=5" ;;
	tuned) boot_kernel home "$image-home root=/dev/sda ro tuned panic=5" ;;
	*) bring_up home "$image-home root=/dev/sda ro" ;;
	esac
}

# A kernel that is named in "broken" panics, once for each time it is named.
boot_kernel() {
	if grep -qx "$1" "$w/broken"; then
		sed -i "0,/^$1\$/{/^$1\$/d}" "$w/broken"
		echo "$1 panics" >>"$w/booted"
		by_firmware
		return
	fi
	bring_up "$1" "$2"
}

# The machine goes down, by a reboot or by power loss, and comes up.
next_boot() {
	if grep -qx kexec "$w/reboot" 2>/dev/null && [ -e "$w/kexec" ]; then
		boot_kernel "$(sed -n 's/.*vmlinuz-//p' "$w/kexec")" \
			"$(sed -n 's/^--command-line=//p' "$w/kexec")"
	else
		by_firmware
	fi
	status=0
	[ ! -e "$w/enabled" ] || [ ! -e "$unit_file" ] || resume
}

# In a process group of its own, which is what power loss kills.
ab() {
	setsid -w "$@" >"$w/out" 2>"$w/err"
	status=$?
}

resume() {
	ab sh "$state/tool/ab-reboot" resume --state "$state"
}

start() {
	ab "$scripts/ab-reboot" start --run-bench "$tmp/bin/run-bench" \
		--state "$state" "$@"
}

start_kexec() {
	start --method kexec --base /boot/vmlinuz-a --new /boot/vmlinuz-b "$@"
}

start_grub() {
	start --base 'advanced>id-a' --new 'Advanced options>Debian, b' "$@"
}

# Boots until the machine stays up.
run_on() {
	limit=40
	while [ -e "$w/reboot" ] || [ "$status" = 137 ]; do
		next_boot
		limit=$((limit - 1))
		[ $limit -gt 0 ] || {
			fail "$1: a reboot loop"
			return
		}
	done
}

# ended NAME STATUS RESULT: how it has to be at the end.
ended() {
	[ "$status" = "$2" ] || fail "$1: status $status: $(cat "$w/err")"
	grep -qx "result=$3" "$state/state" &&
		grep -qx phase=done "$state/state" ||
		fail "$1: the state is: $(cat "$state/state")"
	[ ! -e "$unit_file" ] && [ ! -e "$w/enabled" ] ||
		fail "$1: the unit is still there"
	[ ! -s "$w/next_entry" ] && [ ! -e "$w/kexec" ] ||
		fail "$1: a kernel is still armed"
	[ "$(cat "$w/release")" = home ] || fail "$1: not on the default kernel"
	[ -e "$state/verdict.txt" ] || fail "$1: no verdict"
	[ ! -e "$w/unsynced" ] || fail "$1: not synced: $(cat "$w/unsynced")"
}

# says NAME TEXT FILE
says() {
	grep -qF -- "$2" "$3" || fail "$1: no '$2' in: $(cat "$3")"
}

verdict_says() {
	says "$1" "$2" "$state/verdict.txt"
}

same() {
	[ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

test_order() {
	new_world
	"start_$1" --boots 3 -- --quick 'base/*' 'a b'
	[ "$status" = 0 ] || fail "$1: start: $(cat "$w/err")"
	run_on "$1"
	ended "$1" 0 ok
	same "$1: runs" "$(tr '\n' ',' <"$w/runs")" \
		'base a,new b,new b,base a,base a,new b,'
	same "$1: boots" "$(tr '\n' ' ' <"$w/booted")" 'home a b b a a b home '
	same "$1: arguments" "$(head -n 3 "$w/arguments" | tr '\n' ,)" \
		'--quick,base/*,a b,'
	verdict_says "$1" 'compare base-1 base-2 base-3 -- new-1 new-2 new-3'
	verdict_says "$1" 'reported'
}

test_panics() {
	new_world
	echo b >"$w/broken"
	start_kexec --boots 1
	run_on 'one panic'
	ended 'one panic' 0 ok
	same 'one panic' "$(tr '\n' ' ' <"$w/booted")" \
		'home a b panics home b home '
	verdict_says 'one panic' 'new 1 attempt 1: failed'
	for method in kexec grub; do
		new_world
		printf '%s\n' b b b b b >"$w/broken"
		"start_$method" --boots 2
		run_on "$method panics"
		ended "$method panics" 1 failed
		same "$method panics" "$(tr '\n' ' ' <"$w/booted")" \
			'home a b panics home b panics home '
		verdict_says "$method panics" 'new 1 failed 2 times'
	done
}

# The release alone does not tell that the default kernel came up instead.
test_same_release() {
	k='--method kexec --base /boot/vmlinuz-home --new /boot/vmlinuz-b'
	g='--base tuned --new advanced>id-b'
	for options in "$k" "$g"; do
		new_world
		echo home >"$w/broken"
		# shellcheck disable=SC2086 # they are options
		start $options --boots 1
		run_on 'same release'
		same 'same release' "$(sed -n 's/^boot=\(.*:\) .*/\1/p' \
			"$state/state" | cut -d : -f 1 | tr '\n' ,)" \
			'base 1 attempt 1,base 1 attempt 2,new 1 attempt 1,'
	done
}

# Another build of the same release, an image that changed between boots.
test_rebuilt() {
	new_world
	start_kexec --boots 2
	next_boot
	next_boot
	next_boot
	echo ' #2' >"$w/rebuilt"
	run_on rebuilt
	ended rebuilt 1 failed
	verdict_says rebuilt 'not the kernel that came up first'
	new_world
	start --method kexec --boots 1 --base /boot/vmlinuz-a \
		--new /boot/vmlinuz-a,-
	run_on 'same kernel'
	ended 'same kernel' 1 failed
	verdict_says 'same kernel' 'same kernel came up for both sides'
	new_world
	start --method kexec --boots 1 --base /boot/vmlinuz-a \
		--new /boot/vmlinuz-a
	run_on 'A/A'
	ended 'A/A' 0 ok
}

test_runs_that_fail() {
	for case in 1:0:ok 2:1:failed 77:1:failed 9:1:failed cut:0:ok; do
		new_world
		echo "${case%%:*}" >"$w/run-status"
		start_kexec --boots 1
		run_on "run $case"
		result=${case#*:}
		ended "run $case" "${result%:*}" "${result#*:}"
	done
	new_world
	echo 1 >"$w/compare-status"
	start_kexec --boots 1
	run_on compare
	ended compare 1 failed
	verdict_says compare 'cannot compare'
}

# GRUB cannot write where its environment is, so that the entry stays.
test_grub_cannot_write() {
	new_world
	: >"$w/grub-cannot-write"
	start_grub
	run_on 'grub cannot write'
	ended 'grub cannot write' 1 failed
	verdict_says 'grub cannot write' 'did not clear'
}

# However it comes about: the number of reboots has a bound.
test_bound() {
	new_world
	start_kexec --boots 1
	sed -i 's/^reboots=.*/reboots=8/' "$state/state"
	run_on bound
	ended bound 1 failed
	verdict_says bound 'giving up'
	new_world
	start_kexec --boots 1
	echo nonsense >"$state/state"
	next_boot
	[ "$status" = 1 ] && [ ! -e "$w/reboot" ] || fail 'a damaged state'
	says damaged "it is damaged" "$w/err"
}

test_stop() {
	for boots in 1 2 3; do
		new_world
		start_grub --boots 2
		n=0
		while [ $n -lt $boots ]; do
			next_boot
			n=$((n + 1))
		done
		ab "$scripts/ab-reboot" stop --state "$state"
		rm -f "$w/reboot"
		by_firmware
		ended "stop after $boots" 0 stopped
	done
	ab "$scripts/ab-reboot" status --state "$state"
	[ "$status" = 0 ] || fail "status: $(cat "$w/err")"
	says status stopped "$w/out"
	ab "$scripts/ab-reboot" stop --state "$state"
	says 'stop again' 'nothing is under way' "$w/out"
}

# The verdict is there, and only the last reboot is not done yet.
test_stop_at_the_end() {
	new_world
	start_kexec --boots 1
	next_boot
	next_boot
	ab "$scripts/ab-reboot" stop --state "$state"
	by_firmware
	ended 'stop at the end' 0 ok
	verdict_says 'stop at the end' reported
}

# Resumed by hand, in the boot in which the run was killed.
test_same_boot() {
	new_world
	start_kexec --boots 1
	sed -i 's/^status=.*/kill -9 0/' "$w/run-bench"
	next_boot
	[ "$status" = 137 ] || fail "same boot: the run was not killed"
	run_bench_body >"$w/run-bench"
	resume
	run_on 'same boot'
	ended 'same boot' 0 ok
	says 'same boot' 'resumed a' "$w/runs"
}

# Where power failing at $turn begins: before the start, or before a boot.
find_stage() {
	[ "$stage" -lt "$stages" ] &&
		[ "$(cat "$tmp/stage-$((stage + 1))/turn")" -lt "$turn" ] &&
		stage=$((stage + 1))
	restore "stage-$stage"
	echo "$turn" >"$w/power-fails-at"
}

# power_fails METHOD: before each counted command, in turn.
power_fails() {
	new_world
	save stage-0
	"start_$1" --boots 1
	stages=0
	while [ -e "$w/reboot" ]; do
		stages=$((stages + 1))
		save stage-$stages
		next_boot
	done
	turns=$(cat "$w/turn") turn=1 stage=0
	while [ $turn -le "$turns" ]; do
		find_stage
		if [ $stage = 0 ]; then
			"start_$1" --boots 1
		else
			next_boot
		fi
		[ "$status" = 137 ] || fail "$turn: power did not fail"
		run_on "power fails at $turn"
		check_recovery
		turn=$((turn + 1))
	done
	echo "$1: power failed at $turns points"
	[ "$turns" -gt 15 ] || fail "$1: power failed at $turns points only"
}

check_recovery() {
	if [ -e "$state/verdict.txt" ]; then
		ended "power fails at $turn" 0 ok
		same "power fails at $turn" "$(uniq "$w/runs" | tr '\n' ,)" \
			'base a,new b,'
	elif [ $stage = 0 ]; then
		not_started
	else
		fail "power fails at $turn: no verdict"
	fi
}

# Power failed in start: nothing may run by itself, and stop must do.
not_started() {
	[ ! -e "$w/enabled" ] || fail "$turn: started, and stopped silently"
	[ -s "$w/runs" ] && fail "$turn: ran"
	[ -e "$state/state" ] || return
	ab "$scripts/ab-reboot" stop --state "$state"
	ended "$turn: stop" 0 stopped
}

# refused STATUS TEXT ARGUMENT...
refused() {
	want=$1 text=$2
	shift 2
	ab "$scripts/ab-reboot" "$@"
	[ "$status" = "$want" ] ||
		fail "ab-reboot $*: status $status, not $want"
	says "ab-reboot $*" "$text" "$w/err"
	[ ! -e "$w/reboot" ] && [ ! -e "$state" ] && [ ! -e "$w/enabled" ] &&
		[ ! -e "$w/next_entry" ] && [ ! -e "$w/kexec" ] ||
		fail "ab-reboot $*: changed something"
}

test_usage() {
	s="start --run-bench $tmp/bin/run-bench --state $state"
	n="$s --base x --new y"
	# shellcheck disable=SC2086 # they are options
	{
		refused 2 'a command is missing'
		refused 2 "unknown command 'go'" go
		refused 2 "unknown option '--speed'" start --speed 1
		refused 2 "option '--base' is missing" $s
		refused 2 "option '--new' is missing" $s --base x
		refused 2 "option '--new' needs a value" $s --base x --new
		refused 2 "invalid value '0' of '--boots'" $n --boots 0
		refused 2 "invalid value '1e3' of '--boots'" $n --boots=1e3
		refused 2 "invalid value 'lilo' of '--method'" $n --method lilo
		refused 2 'letters, digits' $n --state '/a b'
		refused 2 'may be another entry later' $s --base 1 --new '1>2'
		refused 2 "'--method kexec'" $s --base /boot/vmlinuz-a --new y
		refused 1 "cannot find a menu entry 'x'" $n
		refused 1 'cannot find a comparison' status --state "$state"
		refused 1 'there is no state' resume --state "$state"
	}
}

test_kexec_usage() {
	k="start --run-bench $tmp/bin/run-bench --state $state --method kexec
		--base /boot/vmlinuz-a"
	b=/boot/vmlinuz-b mark='panic=30 vmentry_bench_ab=kexec'
	# shellcheck disable=SC2086 # they are options
	{
		refused 2 "unknown option '--bogus'" $k --new $b -- --bogus
		refused 2 "'--label' is for" $k --new $b -- --label x
		refused 2 'not an absolute path' $k --new vmlinuz-b
		refused 1 "cannot read '/boot/c'" $k --new /boot/c
		echo tmpfs >"$w/filesystem"
		refused 1 'a reboot loses it' $k --new $b
		echo ext2/ext3 >"$w/filesystem"
		: >"$w/no-kexec"
		refused 1 'cannot have base booted by kexec' $k --new $b
		refused 0 '' $k --new $b,-,'quiet isolcpus=1,2' --dry-run \
			--boots 2
	}
	says plan "command line	quiet isolcpus=1,2 $mark" "$w/out"
	says plan "command line	root=/dev/sda ro $mark" "$w/out"
	same plan "$(sed -n 's/^boot	//p' "$w/out" | tr '\n' ,)" \
		'base 1,new 1,new 2,base 2,'
}

# Fedora keeps its entries beside grub.cfg.
test_bls() {
	new_world
	mkdir -p "$r/boot/loader/entries"
	echo blscfg >>"$r/boot/grub/grub.cfg"
	printf '%s\n' 'title Fedora (a)' 'linux /vmlinuz-a' \
		'options ro panic=1' >"$r/boot/loader/entries/x-a.conf"
	refused 0 '' start --run-bench "$tmp/bin/run-bench" --dry-run \
		--base x-a --new 'Fedora (a)' --state "$state"
	says bls 'kernel	/vmlinuz-a' "$w/out"
}

make_fakes
make_world
new_world
test_usage
test_kexec_usage
test_bls
test_order kexec
test_order grub
test_panics
test_same_release
test_rebuilt
test_runs_that_fail
test_grub_cannot_write
test_bound
test_stop
test_stop_at_the_end
test_same_boot
power_fails kexec
power_fails grub
exit $((failures > 0))
