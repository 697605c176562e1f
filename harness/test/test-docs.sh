#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: test-docs.sh SOURCE-DIR RUN-BENCH
# The documents lead to what is there: each link to a file, each link to a
# heading of one, and each script or directory that is named as such; such a
# script has a --help; and the numbers in README.md are those of the results that it names.
set -eu
cd "$1"
failed=0
complain() {
	echo "test-docs: $*" >&2
	failed=1
}

# A heading as its anchor: lower case, blanks are dashes, punctuation is gone.
anchors() {
	sed -n 's/^#\{1,\} //p' "$1" | tr 'A-Z ' 'a-z-' | tr -d "\`'?.,:;()/%=[]*&"
}

documents='README.md CONTRIBUTING.md docs/*.md results/README.md'
links=0
for document in $documents; do
	for link in $(grep -o ']([^)]*)' "$document" | sed 's/^](//; s/)$//'); do
		case $link in
		http://* | https://*) continue ;;
		esac
		links=$((links + 1))
		file=${link%%#*}
		path=$document
		[ -z "$file" ] || path=$(dirname "$document")/$file
		if [ ! -e "$path" ]; then
			complain "$document: there is no '$link'"
			continue
		fi
		case $link in
		*#*) anchors "$path" | grep -qxF -- "${link#*#}" ||
			complain "$document: no heading for '$link'" ;;
		esac
	done
	for path in $(grep -oE '(^|[^A-Za-z-])(scripts|harness|bench|guest)/[A-Za-z0-9_./-]*[A-Za-z0-9_]' "$document" |
		sed 's/^[^a-z]//' | sort -u); do
		# `timer/*` is a benchmark, and `harness/fuzz/corpus/TARGET` a pattern.
		case $path in
		*[A-Z][A-Z]*) continue ;;
		esac
		[ -e "$path" ] || ls "$path"* >/dev/null 2>&1 ||
			complain "$document: there is no '$path'"
		case $path in
		scripts/*)
			[ ! -f "$path" ] || [ ! -x "$path" ] ||
				timeout 60 "$path" --help </dev/null | grep -q . ||
				complain "'$path' has no --help"
			;;
		esac
	done
done
example=results/example/lab
rows=$(sed -n 's/^    \([a-z]*\/[^ ]*\)  .*\(exact\|~\)$/\1/p' README.md)
[ -n "$rows" ] || complain 'README.md: no rows of an example'
# Names may hold brackets, which are no glob here.
set -f
report=$("$2" report $example/base-1 $example/new-1 $rows)
set +f
differ=$(sed -n -e '/^    latency, TSC ticks/,/^$/s/^    //p' \
	-e '/^    Exits per op/,/^$/s/^    //p' README.md |
	while IFS= read -r line; do
		printf '%s\n' "$report" | grep -qxF -- "$line" || echo "$line"
	done)
[ -z "$differ" ] || complain "README.md: $example says otherwise: $differ"

[ "$links" -gt 20 ] || complain "only $links links were found"
exit $failed
