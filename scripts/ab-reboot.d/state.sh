# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# What ab-reboot knows from boot to boot. "config" is written once, by start;
# "state" anew at each step, before the step is taken, so that a step which
# power loss cut short is known as such.

write_state() {
	{
		printf '%s\n' "phase=$phase" "result=$result" "slot=$slot" \
			"attempt=$attempt" "reboots=$reboots" \
			"from_boot=$from_boot" "reason=$reason" \
			"base_seen=$base_seen" "new_seen=$new_seen"
		[ -z "$history" ] || printf '%s\n' "$history"
	} | put_file "$state/state" || die "cannot write '$state/state'"
}

first_state() {
	phase=booting result=pending slot=0 attempt=1 reboots=0
	from_boot='' reason='' base_seen='' new_seen='' history=''
}

# A state that makes no sense must never lead to a reboot.
check_state() {
	case $phase in
	booting | armed | running | judging | home | done) ;;
	*) return 1 ;;
	esac
	is_number "$slot" && is_number "$attempt" && is_number "$reboots"
}

load_state() {
	first_state
	phase='' slot=''
	while IFS= read -r line; do
		value=${line#*=}
		case ${line%%=*} in
		phase) phase=$value ;;
		result) result=$value ;;
		slot) slot=$value ;;
		attempt) attempt=$value ;;
		reboots) reboots=$value ;;
		from_boot) from_boot=$value ;;
		reason) reason=$value ;;
		base_seen) base_seen=$value ;;
		new_seen) new_seen=$value ;;
		boot) history="${history:+$history
}$line" ;;
		esac
	done <"$state/state" || die "cannot read '$state/state'"
	check_state || die "cannot use '$state/state': it is damaged"
	method=$(config method) boots=$(config boots) settle=$(config settle)
	case $method in
	grub | kexec) ;;
	*) die "cannot use '$state/config': it is damaged" ;;
	esac
	is_number "$boots" && is_number "$settle" ||
		die "cannot use '$state/config': it is damaged"
}

# config KEY: print its value.
config() {
	while IFS= read -r pair; do
		case $pair in
		"$1="*)
			printf '%s\n' "${pair#*=}"
			return
			;;
		esac
	done <"$state/config"
}

# record OUTCOME: what became of a boot, for people, and where that was found.
record() {
	entry="$side $number attempt $attempt: $1 [$(uname -r), $(boot_id)]"
	history="${history:+$history
}boot=$entry"
}

# One ab-reboot at a time works on a state: by hand, or by systemd.
lock_state() {
	exec 9>"$state/lock" || exit 1
	flock -n 9 || die "cannot lock '$state': another ab-reboot works on it"
}

# The order is ABBA, so that a drift of the machine hits both sides alike.
# Sets $side and $number, the how manieth of its side.
slot_side() {
	case $(($1 % 4)) in
	0 | 3) side=base ;;
	*) side=new ;;
	esac
	number=$(($1 / 2 + 1))
}
