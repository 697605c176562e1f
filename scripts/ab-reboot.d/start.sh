# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# start: everything that can be wrong is to be found before the first reboot.

parse_start() {
	base='' new='' boots=5 method=grub settle=60 run_bench='' dry_run=''
	while [ $# -gt 0 ]; do
		case $1 in
		--) return ;;
		--dry-run) dry_run=yes ;;
		--*=*) take_value "${1%%=*}" "${1#*=}" ;;
		*)
			take_value "$@"
			shift
			;;
		esac
		shift
	done
}

# take_value OPTION VALUE...
take_value() {
	case $1 in
	--base | --new | --boots | --method) ;;
	--settle | --run-bench | --state) ;;
	*) usage_error "unknown option '$1'" ;;
	esac
	[ $# -ge 2 ] && [ "$2" != -- ] ||
		usage_error "option '$1' needs a value"
	case $1 in
	--base) base=$2 ;;
	--new) new=$2 ;;
	--boots) boots=$2 ;;
	--method) method=$2 ;;
	--settle) settle=$2 ;;
	--run-bench) run_bench=$2 ;;
	--state) state=$2 ;;
	esac
}

check_options() {
	[ -n "$base" ] || usage_error "option '--base' is missing"
	[ -n "$new" ] || usage_error "option '--new' is missing"
	case $base$new in
	*'
'*) usage_error 'an entry has a line break' ;;
	esac
	is_number "$boots" && [ "$boots" -ge 1 ] && [ "$boots" -le 100 ] ||
		usage_error "invalid value '$boots' of '--boots': 1 to 100"
	is_number "$settle" ||
		usage_error "invalid value '$settle' of '--settle'"
	case $method in
	grub | kexec) ;;
	*)
		usage_error "invalid value '$method' of '--method':" \
			'grub or kexec'
		;;
	esac
	check_state_dir
}

# Everything in the state directory but the state, which sets it going.
prepare() {
	check_run_arguments "$@"
	[ $# -eq 0 ] || printf '%s\n' "$@" >"$state/run-arguments"
	[ $# -gt 0 ] || : >"$state/run-arguments"
	"${method}_check"
	write_config
}

# The place for all of it; what fails before the first state removes it.
make_state_dir() {
	shown_state=$state
	if [ -n "$dry_run" ]; then
		state=$(mktemp -d) || exit 1
	else
		need_root start
		mkdir -p "${state%/*}" && mkdir "$state" ||
			die "cannot make '$state'"
	fi
	trap 'rm -rf "$state"' EXIT
	[ -n "$dry_run" ] || ! is_volatile "$state" ||
		die "cannot keep the state in '$state': a reboot loses it"
}

cmd_start() {
	state=$default_state
	parse_start "$@"
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		shift
	done
	[ $# -eq 0 ] || shift
	check_options
	find_run_bench
	make_state_dir
	prepare "$@"
	show_plan
	[ -z "$dry_run" ] || return 0
	copy_tool
	lock_state
	try_arming
	# From here on stop takes everything back.
	sync
	first_state
	write_state
	trap - EXIT
	install_unit
	boot_slot
}

show_plan() {
	echo "state	$shown_state"
	echo "method	$method, $boots boots a side, ${settle}s to settle"
	for side in base new; do
		echo "$side"
		"${method}_show" "$side"
	done
	echo "run	$(tr '\n' ' ' <"$state/run-arguments")"
	slot=0
	while [ "$slot" -lt $((2 * boots)) ]; do
		slot_side "$slot"
		echo "boot	$side $number"
		slot=$((slot + 1))
	done
	echo 'then	compare, remove the unit, boot the default kernel'
}

# What must not change from boot to boot is copied: this tool, run-bench.
copy_tool() {
	mkdir -p "$state/tool" &&
		cp -R "$tool" "${tool%/*}/shell-parts.sh" \
			"${tool%/*}/ab-reboot.d" "${tool%/*}/systemd" \
			"$state/tool" &&
		cp "$run_bench" "$state/tool/run-bench" ||
		die "cannot copy the tools to '$state/tool'"
}

write_config() {
	"${method}_entry" base "$base" >"$state/base.entry" || exit
	"${method}_entry" new "$new" >"$state/new.entry" || exit
	{
		printf '%s\n' "method=$method" "boots=$boots" "settle=$settle" \
			"base=$base" "new=$new" "home=$(running_kernel)"
		cat "$state/base.entry" "$state/new.entry"
	} | put_file "$state/config" || die "cannot write '$state/config'"
	rm -f "$state/base.entry" "$state/new.entry"
}

# Before anything is changed: each kernel can be armed at all.
try_arming() {
	for side in base new; do
		"${method}_arm" "$side" || {
			"${method}_disarm"
			die "cannot have $side booted by $method"
		}
	done
	"${method}_disarm" || die 'cannot take back what the next boot is to be'
}

check_state_dir() {
	case $state in
	/*) ;;
	*) state=$PWD/$state ;;
	esac
	case $state in
	*[!A-Za-z0-9/._+-]*)
		usage_error "'$state' must have letters, digits and /._+- only"
		;;
	esac
	[ ! -e "$state" ] ||
		die "cannot start: '$state' is there already: remove it, or" \
			'give another --state'
	[ ! -e "$unit_file" ] ||
		die "cannot start: '$unit_file' is there:" \
			"run 'ab-reboot stop' first"
}

# The arguments have to be right before the first reboot, not after it.
check_run_arguments() {
	for argument; do
		case $argument in
		*'
'*) usage_error "a run argument has a line break: '$argument'" ;;
		--output* | --label* | --resume* | --dry-run | --help)
			usage_error "'$argument' is for ab-reboot to give"
			;;
		esac
	done
	"$run_bench" run --tune --dry-run "$@" >/dev/null 2>"$state/run.err"
	[ $? != 2 ] || {
		cat "$state/run.err" >&2
		usage_error 'run-bench does not take these run arguments'
	}
	rm "$state/run.err"
	case " $* " in
	*' --cpu'*) ;;
	*) warn 'no --cpu: each boot may choose another pCPU' ;;
	esac
}

find_run_bench() {
	[ -n "$run_bench" ] ||
		run_bench=$("${tool%/*}/executable") || exit 1
	[ -x "$run_bench" ] || die "cannot execute '$run_bench'"
}

is_volatile() {
	case $(stat -f -c %T "$1") in
	tmpfs | ramfs | overlayfs) return 0 ;;
	esac
	return 1
}
