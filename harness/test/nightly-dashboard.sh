#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The dashboard in headless Chromium. Not part of the test run: wants a browser,
# and two packages of npm, which are fetched into DIR.
#
#	harness/test/nightly-dashboard.sh DASHBOARD-PAGE DIR
#
# SHOTS=DIR: pictures of what was seen go there.
set -u
page=$1 dir=$2
here=$(cd "$(dirname "$0")" && pwd)

for tool in chromium node npm; do
	command -v $tool >/dev/null || {
		echo "nightly-dashboard: cannot find '$tool': apt-get install chromium nodejs npm"
		exit 77
	}
done
mkdir -p "$dir" || exit 1
dir=$(cd "$dir" && pwd)
# Newer ones want a newer Node.js than Debian 12 has.
if [ ! -e "$dir/node_modules/axe-core" ] &&
	! npm install --no-audit --no-fund --no-save --prefix "$dir" \
		playwright-core@1.60.0 axe-core@4.11.0 >"$dir/npm.log" 2>&1; then
	cat "$dir/npm.log"
	echo "nightly-dashboard: npm cannot install playwright-core and axe-core"
	exit 77
fi
"$page" "$dir/trend.html" 501 365 &&
	"$page" "$dir/small.html" 60 40 &&
	"$page" "$dir/hostile.html" 60 40 hostile || exit 1
MODULES=$dir/node_modules PAGES=$dir CHROMIUM=$(command -v chromium) \
	exec node --test --test-concurrency=1 "$here/nightly-dashboard.mjs"
