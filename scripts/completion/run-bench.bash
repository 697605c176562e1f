# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion for run-bench: commands and options as its --help lists them, names
# of benchmarks as `list` does, and files.

# The commands that the --help of "$@" lists.
_run_bench_commands() {
	"$@" --help 2>/dev/null |
		awk '/^commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}

# The options that the --help of "$@" explains, at the beginning of its lines.
_run_bench_options() {
	"$@" --help 2>/dev/null | grep -oE '^ {2,7}--[a-z-]+' | tr -d ' '
}

_run_bench_benchmarks() {
	"$1" list --csv 2>/dev/null | sed 1d | cut -d , -f 1 | uniq
}

# Sets path: what was typed up to the cursor that names a command.
_run_bench_path() {
	local word names
	path=("${COMP_WORDS[0]}")
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word != -* ]] || break
		names=$(_run_bench_commands "${path[@]}")
		grep -qxF -e "$word" <<<"$names" || break
		path+=("$word")
	done
}

# words LIST: those of LIST, one a line, that begin as the current word does.
_run_bench_words() {
	local line
	while IFS= read -r line; do
		[[ -z $line || $line != "$current"* ]] || COMPREPLY+=("$line")
	done <<<"$1"
}

_run_bench() {
	local current=${COMP_WORDS[COMP_CWORD]} path
	COMPREPLY=()
	_run_bench_path
	case $current in
	-*)
		_run_bench_words "$(_run_bench_options "${path[@]}")"
		[[ ${#path[@]} -gt 1 ]] ||
			_run_bench_words "$(_run_bench_options "$1" run)
--version"
		;;
	*)
		[[ ${#path[@]} -ne $COMP_CWORD ]] ||
			_run_bench_words "$(_run_bench_commands "${path[@]}")"
		case ${path[*]:1} in
		'' | run | list | report | trend | 'lab '*)
			_run_bench_words "$(_run_bench_benchmarks "$1")"
			;;
		esac
		;;
	esac
}

# Where nothing of these fits, files: of options' values, results and kernels.
complete -o default -F _run_bench run-bench
