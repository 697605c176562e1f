# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The steps from boot to boot. Each is written down before it is taken, and
# every way through them ends: attempts and reboots are bounded.

max_attempts=2 # to boot and measure one slot of the order

# The end, however it came: on the default kernel as far as that can be had.
finish() {
	[ -e "$state/verdict.txt" ] || write_verdict
	phase='done'
	write_state
	remove_unit
	[ "$result" = ok ] || {
		warn "$result: $reason"
		exit 1
	}
	say "done: the verdict is in '$state/verdict.txt'"
}

go_home() {
	"${method}_disarm" || die 'cannot take back what the next boot is to be'
	if at_home; then
		finish
		return
	fi
	say 'rebooting into the default kernel'
	systemctl reboot || die 'cannot reboot'
}

# fail REASON: say so, return to the default kernel, and end with status 1.
fail() {
	result=failed reason=$* phase=home from_boot=$(boot_id)
	write_state
	say "failed: $reason"
	write_verdict
	go_home
	exit 1
}

# Boot the kernel of this slot. Written down before it is armed, and again
# before the reboot: only in the latter case can a wrong kernel be its fault.
boot_slot() {
	slot_side "$slot"
	[ "$reboots" -lt $((2 * boots * max_attempts + 4)) ] ||
		fail "$reboots reboots, and no end: giving up"
	phase=booting from_boot=$(boot_id) reboots=$((reboots + 1))
	write_state
	say "booting $side $number of $boots, attempt $attempt"
	"${method}_arm" "$side" || fail "cannot have $side booted by $method"
	phase=armed
	write_state
	"${method}_go" || die 'cannot reboot'
}

# retry WHY: this slot's boot came to nothing.
retry() {
	record "failed: $1"
	say "$side $number, attempt $attempt: $1"
	[ "$attempt" -lt "$max_attempts" ] ||
		fail "$side $number failed $attempt times, at last: $1"
	attempt=$((attempt + 1))
	boot_slot
}

next_slot() {
	record ok
	slot=$((slot + 1)) attempt=1
	if [ "$slot" -lt $((2 * boots)) ]; then
		boot_slot
	else
		phase=judging
		write_state
		judge
	fi
}

judge() {
	write_verdict
	phase=home from_boot=$(boot_id)
	write_state
	go_home
	[ "$result" = ok ]
}

# Half a boot's rows beside another boot's would be a boot that never was: what
# another boot left is put aside. In the same boot the run is finished.
run_bench() {
	dir=$state/$side-$number
	if [ -e "$dir" ] && [ "$1" = same-boot ]; then
		"$state/tool/run-bench" run --resume "$dir" 9>&-
		return
	fi
	if [ -e "$dir" ]; then
		mv "$dir" "$dir.cut-$reboots" || return 1
	fi
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done <"$state/run-arguments"
	"$state/tool/run-bench" run --label "$side" --output "$dir" "$@" 9>&-
}

# A variant that failed is a result too (status 1): the run came to its end.
run_finished() {
	case $1 in
	0) return 0 ;;
	1) grep -q '"finished_utc": *"' "$state/$side-$number/env.json" ;;
	*) return 1 ;;
	esac
}

last_words() {
	grep -v '^Try ' "$state/$side-$number.out" | tail -n 1
}

# measure same-boot|new-boot
measure() {
	phase=running from_boot=$(boot_id)
	write_state
	say "measuring $side $number of $boots on '$(uname -r)'"
	sleep "$settle"
	run_bench "$1" >"$state/$side-$number.out" 2>&1
	status=$?
	cat "$state/$side-$number.out"
	# The rows have to be on the disk before it is written that they are.
	sync
	if run_finished "$status"; then
		next_slot
	elif [ "$status" = 2 ] || [ "$status" = 77 ]; then
		record "failed: exit status $status of run-bench"
		fail "run-bench: $(last_words)"
	else
		retry "exit status $status of run-bench: $(last_words)"
	fi
}

# After a boot that was asked for.
arrive() {
	if [ "$method" = grub ] && [ -n "$(grub_pending)" ]; then
		fail 'GRUB did not clear its one-time entry, which it would' \
			'boot for ever'
	fi
	if came_up "$side"; then
		measure new-boot
	elif [ "$phase" = booting ]; then
		say 'the reboot was cut short before it was begun: again'
		boot_slot
	else
		retry "$why"
	fi
}

resume_phase() {
	slot_side "$slot"
	boot=$(boot_id) && [ -n "$boot" ] || die 'cannot read the boot id'
	case $phase:$([ "$boot" = "$from_boot" ] && echo same) in
	booting:same | armed:same) boot_slot ;;
	booting: | armed:) arrive ;;
	running:same) measure same-boot ;;
	running:) retry 'the run was cut short: power loss, crash or reset' ;;
	judging:*) judge ;;
	home:same) go_home ;;
	home:) finish ;;
	done:*)
		remove_unit
		[ "$result" = ok ]
		;;
	esac
}
