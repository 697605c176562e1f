#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every tracked file says its licence in its first lines, but for those that
# LICENSES.md names. Takes the source directory.
set -u
cd "$1" || exit 1
failures=0

fail() {
	echo "FAIL: $*" >&2
	failures=$((failures + 1))
}

git rev-parse --show-prefix >/dev/null 2>&1 || {
	echo 'skipped: not a git checkout' >&2
	exit 77
}

licence='SPDX-License-Identifier: GPL-2\.0-or-later( \*/| -->)?$'
files=$(git ls-files)
[ "$(echo "$files" | wc -l)" -gt 500 ] || fail 'git lists no files'
for file in $files; do
	case $file in
	COPYING | README.md | *.patch | results/lab/*.txt | results/example/lab/* | results/example/host/* | harness/fuzz/corpus/* | \
		scripts/debian/*) continue ;;
	esac
	[ -e "$file" ] || continue
	head -n 3 "$file" | grep -qE "$licence" ||
		fail "'$file' has no SPDX-License-Identifier"
done

for name in COPYING README.md scripts/lab/patches/ scripts/lab/qemu/ \
	scripts/lab/bochs/ 'results/lab/*.txt' results/example/lab/ results/example/host/ \
	harness/fuzz/corpus/ scripts/debian/; do
	grep -qF -e "\`$name" -e "[$name]" LICENSES.md ||
		fail "LICENSES.md does not say what '$name' is under"
done
grep -q '^MODULE_LICENSE("GPL");' scripts/probe/main.c ||
	fail 'the module does not say its licence'

[ $failures = 0 ] && echo 'every file has a licence'
exit $((failures > 0))
