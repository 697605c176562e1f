#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What --version is to say of the sources: of a clone, a modified one, an archive
# that git made, one in a repository of another's, and a copy that nobody knows.
# Takes the source directory.
set -u
source=$1
. "$(dirname "$0")/shell.sh"

git -C "$source" rev-parse --show-prefix >/dev/null 2>&1 || {
	echo 'skipped: not a git checkout' >&2
	exit 77
}

# expect TEXT COMMIT TIME DIRECTORY
expect() {
	rm -f "$tmp/version.h" "$tmp/date"
	cmake -DHEADER="$tmp/version.h" -DDATE="$tmp/date" -DVERSION=9.9 \
		-DSOURCE="$4" -P "$4/scripts/cmake/write-version.cmake" ||
		fail "$4: cmake fails"
	grep -qxF "#define VMB_COMMIT_TEXT \"$1\"" "$tmp/version.h" ||
		fail "$4: not '$1': $(cat "$tmp/version.h")"
	grep -qxF "#define VMB_COMMIT \"$2\"" "$tmp/version.h" ||
		fail "$4: not '$2': $(cat "$tmp/version.h")"
	[ "$(cat "$tmp/date")" = "$3" ] || fail "$4: date '$(cat "$tmp/date")'"
}

unset SOURCE_DATE_EPOCH
git clone -q "$source" "$tmp/clone" || exit 1
commit=$(git -C "$tmp/clone" rev-parse HEAD | cut -c 1-12)
seconds=$(git -C "$tmp/clone" log -1 --format=%ct)

expect "commit $commit" "$commit" "$seconds" "$tmp/clone"
git -C "$tmp/clone" -c user.name=a -c user.email=a@example.org \
	tag -a -m 'a release' v9.9
expect "commit $commit" "$commit" "$seconds" "$tmp/clone"

mkdir "$tmp/archive" "$tmp/outer"
git -C "$tmp/clone" archive HEAD | tar -xC "$tmp/archive"
expect "commit $commit, from an archive" "$commit" "$seconds" "$tmp/archive"
git init -q "$tmp/outer"
mv "$tmp/archive" "$tmp/outer/archive"
expect "commit $commit, from an archive" "$commit" "$seconds" "$tmp/outer/archive"

cp -R "$tmp/clone" "$tmp/copy"
rm -rf "$tmp/copy/.git"
expect 'commit unknown' unknown '' "$tmp/copy"
SOURCE_DATE_EPOCH=12345
export SOURCE_DATE_EPOCH
expect 'commit unknown' unknown 12345 "$tmp/copy"

echo >>"$tmp/clone/CMakeLists.txt"
expect "commit $commit, modified" "$commit-dirty" 12345 "$tmp/clone"

[ $failures = 0 ] && echo 'all sources are told from each other'
exit $((failures > 0))
