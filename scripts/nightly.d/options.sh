# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The command line.

is_percent() {
	case $1 in
	'' | . | *[!0-9.]* | *.*.*) return 1 ;;
	esac
}

parse_options() {
	action=run history='' kernel='' source='' ref='' machine='' cmdline=''
	label='' run_bench='' notify='' notify_on=change percent='' kcidb=''
	origin='' keep_raw='' keep_nights='' keep_failed=14 min_free=256
	settle=0 mail_headers='' dry_run='' baseline='' words=''
	patterns=''
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			run_words "$@"
			return
			;;
		--help) action=help ;;
		--install) action=install ;;
		--uninstall) action=uninstall ;;
		--dry-run) dry_run=yes ;;
		--mail-headers) mail_headers=yes ;;
		--*=*) take_value "${1%%=*}" "${1#*=}" ;;
		-?*)
			take_value "$@"
			shift
			;;
		*) take_operand "$1" ;;
		esac
		shift
	done
}

# The history comes first; what follows are patterns.
take_operand() {
	if [ -z "$history" ]; then
		[ -n "$1" ] || usage_error "HISTORY is ''"
		history=$1
	else
		check_word "$1"
		patterns="$patterns $(quoted "$1")"
	fi
}

# What stands behind '--', quoted: a list, which sh has no variables for.
run_words() {
	for word; do
		check_word "$word"
		words="$words $(quoted "$word")"
	done
}

check_word() {
	case $1 in
	*'
'*) usage_error "an argument has a line break: '$1'" ;;
	--output* | --label* | --resume* | --dry-run | --help)
		usage_error "'$1' is for nightly to give"
		;;
	esac
}

# take_value OPTION VALUE...
take_value() {
	case $1 in
	--kernel | --source | --ref | --machine | --cmdline | --label) ;;
	--run-bench | --notify | --notify-on | --fail-on-regression) ;;
	--kcidb | --origin | --keep-raw | --keep-nights | --keep-failed) ;;
	--min-free | --settle | --set-baseline) ;;
	*) usage_error "unknown option '$1'" ;;
	esac
	[ $# -ge 2 ] && [ "$2" != -- ] ||
		usage_error "option '$1' needs a value"
	# Commands may have several lines.
	case $1:$2 in
	--notify:* | --kcidb:*) ;;
	*'
'*) usage_error "the value of '$1' has a line break" ;;
	esac
	case $1 in
	--kernel) kernel=$2 ;;
	--source) source=$2 ;;
	--ref) ref=$2 ;;
	--machine) machine=$2 ;;
	--cmdline) cmdline=$2 ;;
	--label) label=$2 ;;
	--run-bench) run_bench=$2 ;;
	--notify) notify=$2 ;;
	--notify-on) notify_on=$2 ;;
	--fail-on-regression) percent=$2 ;;
	--kcidb) kcidb=$2 ;;
	--origin) origin=$2 ;;
	--keep-raw) keep_raw=$2 ;;
	--keep-nights) keep_nights=$2 ;;
	--keep-failed) keep_failed=$2 ;;
	--min-free) min_free=$2 ;;
	--settle) settle=$2 ;;
	--set-baseline) action=baseline baseline=$2 ;;
	esac
}

# check_days OPTION VALUE LEAST
check_days() {
	[ -z "$2" ] || { is_number "$2" && [ "$2" -ge "$3" ]; } ||
		usage_error "invalid value '$2' of '$1': days, $3 at least"
}

check_options() {
	case $action in
	help | uninstall) return ;;
	esac
	[ -n "$history" ] || usage_error 'HISTORY is missing'
	case $history in
	*'
'*) usage_error 'HISTORY has a line break' ;;
	/*) ;;
	*) history=$PWD/$history ;;
	esac
	case $notify_on in
	change | always | failure) ;;
	*)
		usage_error "invalid value '$notify_on' of '--notify-on':" \
			'change, always or failure'
		;;
	esac
	check_numbers
	check_way
	find_run_bench
	# shellcheck disable=SC2119
	[ "$action" = baseline ] || check_run_words
}

check_numbers() {
	# Trends are found in nights: 60 of them are to be whole.
	check_days --keep-nights "$keep_nights" 60
	check_days --keep-raw "$keep_raw" 1
	check_days --keep-failed "$keep_failed" 1
	is_number "$min_free" ||
		usage_error "invalid value '$min_free' of '--min-free'"
	is_number "$settle" ||
		usage_error "invalid value '$settle' of '--settle'"
	[ -z "$percent" ] || is_percent "$percent" ||
		usage_error "invalid value '$percent' of" \
			"'--fail-on-regression': percent"
}

# Which kernel, and where: the running one, or one in the lab.
check_way() {
	way=host
	[ -z "$kernel$source" ] || way=lab
	[ -z "$kernel" ] || [ -z "$source" ] ||
		usage_error "give '--kernel' or '--source'"
	[ -n "$source" ] || [ -z "$ref" ] ||
		usage_error "'--ref' is of a '--source'"
	[ $way = lab ] || [ -z "$machine$cmdline" ] ||
		usage_error "'--machine' and '--cmdline' are of the lab: give" \
			"'--kernel' or '--source' too"
	[ -z "$kernel" ] || [ -r "$kernel" ] || [ -n "$dry_run" ] ||
		die "cannot read '$kernel'"
	# One instruction more in the lab is found by the trend, in its first night.
	[ -n "$percent" ] || percent=10
	[ $way = host ] || [ -n "$machine" ] || machine=svm
}

find_run_bench() {
	other_run_bench=$run_bench
	[ -n "$run_bench" ] ||
		run_bench=$("${tool%/*}/executable") || exit 1
	[ -x "$run_bench" ] || die "cannot execute '$run_bench'"
}

# Arguments have to be right when they are given, not in the night.
# shellcheck disable=SC2120 # it sets them itself
check_run_words() {
	[ "$way" = host ] || return 0
	eval "set -- $patterns $words"
	message=$("$run_bench" run --tune --dry-run "$@" 2>&1 >/dev/null)
	[ $? != 2 ] || {
		printf '%s\n' "$message" >&2
		usage_error 'run-bench does not take these arguments'
	}
}
