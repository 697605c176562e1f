#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What cmake --install puts where: the man pages name what --help does, scripts
# find the executable, completion completes. Takes the source and the build
# directory.
# shellcheck disable=SC1003,SC2013,SC2015 # backslashes; names have no blanks
set -u
source=$1 build=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
run_bench=$tmp/usr/bin/run-bench
man=$tmp/usr/share/man
scripts=$tmp/usr/share/vmentry-bench/scripts
failures=0

fail() {
	echo "FAIL: $*" >&2
	failures=$((failures + 1))
}

# commands [COMMAND]: those that its --help lists.
commands() {
	"$run_bench" "$@" --help |
		awk '/^commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}

# check_page NAME [COMMAND...]: the options of its --help are the page's.
check_page() {
	page=$man/man1/$1.1.gz
	shift
	"$run_bench" "$@" --help | grep -oE '^ {2,7}--[a-z-]+' | tr -d ' ' |
		sort -u >"$tmp/help"
	zcat "$page" | sed -n 's/^\\fB\(\\-\\-[a-z\\-]\+\)\(\\fR\| \).*/\1/p' |
		tr -d '\\' | sort -u >"$tmp/page"
	cmp -s "$tmp/help" "$tmp/page" ||
		fail "'$page' and --help differ: $(diff "$tmp/help" "$tmp/page")"
	name=${page##*/}
	zcat "$man/man1/run-bench.1.gz" | tr -d '\\' |
		grep -qF ".BR ${name%.1.gz} (1)" ||
		fail "run-bench.1 does not name '${name%.1.gz}'"
}

check_pages() {
	pages=1
	for command in $(commands); do
		check_page "run-bench-$command" "$command"
		pages=$((pages + 1))
	done
	for command in $(commands lab); do
		check_page "run-bench-lab-$command" lab "$command"
		pages=$((pages + 1))
	done
	[ $pages -ge 17 ] || fail "$pages commands only"
	[ "$(find "$man/man1" -type f | wc -l)" = $pages ] ||
		fail 'there are pages of no command'
}

# Every variable of the environment that the tool reads, but those of tests.
check_environment() {
	cat "$source"/harness/*.c "$source"/harness/lab/*.c |
		grep -oE '(getenv|[^a-z_]set)\("[A-Z_]+"' | grep -oE '[A-Z][A-Z_]+' |
		grep -v '^VMB_' | sort -u >"$tmp/read"
	zcat "$man/man1/run-bench.1.gz" | sed -n '/^\.SH ENVIRONMENT/,/^\.SH FILES/p' |
		sed '/^\.SH/d; s/^\.[A-Z]* //' | grep -oE '\b[A-Z][A-Z_]{3,}\b' |
		sort -u >"$tmp/told"
	cmp -s "$tmp/read" "$tmp/told" ||
		fail "run-bench.1 tells other variables: $(diff "$tmp/read" "$tmp/told")"
}

# Each column of summary.csv; those between min and max are one item.
check_columns() {
	page=$man/man5/vmentry-bench-csv.5.gz
	columns=$(sed -n 's/.*"\(run_id,time_utc,[a-z0-9_,]*\).*/\1/p' \
		"$source"/harness/*.c)
	[ -n "$columns" ] || fail 'no header of summary.csv in the sources'
	for column in $(echo "$columns" | tr , ' '); do
		case $column in
		p* | min | mean | max) column='min\\fR ... \\fBmax' ;;
		esac
		zcat "$page" | grep -qx "\\\\fB$column\\\\fR" ||
			fail "'$page' lacks '$column'"
	done
}

check_markup() {
	for page in "$man"/man?/*.gz; do
		zcat "$page" >"$tmp/plain"
		! grep -n '@[A-Z]*@' "$tmp/plain" || fail "'$page' is not filled in"
		if command -v groff >/dev/null; then
			groff -Tutf8 -K utf8 -man -ww -rLL=72n "$tmp/plain" \
				2>"$tmp/err" >/dev/null
			[ ! -s "$tmp/err" ] || fail "'$page': $(cat "$tmp/err")"
		fi
		if command -v mandoc >/dev/null; then
			mandoc -Tlint -W warning "$tmp/plain" >"$tmp/err" ||
				fail "'$page': $(cat "$tmp/err")"
		fi
	done
}

# candidates WORD...: what the last one may become.
candidates() {
	bash -c '
		. "$1"
		PATH=$2:$PATH
		shift 2
		COMP_WORDS=(run-bench "$@") COMP_CWORD=$#
		_run_bench run-bench
		echo "${COMPREPLY[@]}"' candidates \
		"$tmp/usr/share/bash-completion/completions/run-bench" \
		"$tmp/usr/bin" "$@"
}

# completes EXPECTED WORD...
completes() {
	expected=$1
	shift
	got=$(candidates "$@")
	[ "$got" = "$expected" ] || fail "completion of '$*': '$got'"
}

check_completion() {
	completes 'check compare' c
	completes '--version' --v
	completes '--launches' --lau
	completes 'explain' lab e
	completes '--patch' lab kernel --pa
	completes '--fail-on-regression' compare --fail
	completes 'exit/cpuid' run exit/cpu
	completes 'exit/cpuid' --cpu 3 exit/cpu
	completes '' compare BA
	case $(candidates lab '') in
	'kernel bochs '*) ;;
	*) fail 'lab has no commands to complete' ;;
	esac
}

check_scripts() {
	[ "$(readlink -f "$("$scripts/executable")")" = "$(readlink -f "$run_bench")" ] ||
		fail 'the scripts do not find run-bench'
	for script in nightly ab-reboot demo-nightly fleet/run \
		lab/build-qemu; do
		"$scripts/$script" --help >"$tmp/out" 2>&1 && [ -s "$tmp/out" ] ||
			fail "$script --help: $(cat "$tmp/out")"
	done
	mkdir "$tmp/history"
	"$scripts/nightly" --dry-run "$tmp/history" >"$tmp/out" 2>&1 ||
		fail "nightly --dry-run: $(cat "$tmp/out")"
	# All that its module is made of is there.
	for file in $(grep -ho '#include "[^"]*"' "$scripts"/probe/*.[ch] |
		cut -d '"' -f 2 | sort -u); do
		[ -e "$scripts/probe/$file" ] || fail "the module lacks '$file'"
	done
}

(
	umask 077
	cmake --install "$build" --prefix "$tmp/usr" >"$tmp/log" 2>&1
) || {
	cat "$tmp/log" >&2
	exit 1
}
"$run_bench" --version | head -n 1 | grep -qxE \
	'run-bench [0-9.]+ \(commit ([0-9a-f]{12}(, modified|, from an archive)?|unknown)\)' ||
	fail "--version: $("$run_bench" --version)"
[ -z "$(find "$tmp/usr/" -type f ! -perm -444)" ] ||
	fail 'some files are for their owner only'
check_pages
check_environment
check_columns
check_markup
check_completion
check_scripts

[ $failures = 0 ] && echo 'what is installed works'
exit $((failures > 0))
