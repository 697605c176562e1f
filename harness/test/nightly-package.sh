#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian package where nothing else is: built here, installed with apt in a new
# root of Debian, and run there. Needs root, debootstrap, /dev/kvm and Debian's
# mirror as this host's apt has it.
#
#	harness/test/nightly-package.sh DIR [--package FILE] [RUN ARGUMENTS...]
#
# FILE is a package that is there already. DIR gets all that is built; the new root,
# which is made each time, is DIR/root. It is mounted in a mount namespace of this
# script's own: when that ends, for whatever reason, nothing is mounted there any
# more.
# shellcheck disable=SC1091,SC2015,SC2016 # the host's; "A && B || C"; apt's $(...)
set -eu

fail() {
	echo "nightly-package: $*" >&2
	exit 1
}

skip() {
	echo "nightly-package: skipped: $*" >&2
	exit 77
}

check_host() {
	[ "$(id -u)" = 0 ] || skip 'be root'
	[ -w /dev/kvm ] || skip "there is no '/dev/kvm'"
	for tool in debootstrap dpkg-shlibdeps unshare; do
		command -v $tool >/dev/null || skip "cannot find '$tool'"
	done
	release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \
		'Created-By: Packages' | sed -n "s/ $release main\$//p" | head -n 1)
	[ -n "$mirror" ] || skip "apt has no mirror of '$release'"
}

build_package() {
	rm -f "$dir"/build/*.deb
	cmake -S "$top" -B "$dir/build" -DBUILD_TESTING=OFF >"$dir/build.log" &&
		cmake --build "$dir/build" -j 2 --target package \
			>>"$dir/build.log" 2>&1 ||
		fail "the package does not build: '$dir/build.log'"
	package=$(echo "$dir"/build/vmentry-bench_*.deb)
}

check_package() {
	if command -v lintian >/dev/null; then
		lintian --fail-on error,warning "$package" ||
			fail 'lintian has found something'
	fi
}

remove_root() {
	! grep -qF " $dir/root" /proc/mounts ||
		fail "cannot remove '$dir/root': something is mounted there"
	rm -rf --one-file-system "$dir/root"
}

make_root() {
	remove_root
	debootstrap --variant=minbase "$release" "$dir/root" "$mirror" \
		>"$dir/debootstrap.log" 2>&1 ||
		fail "debootstrap failed: '$dir/debootstrap.log'"
	cp -L /etc/resolv.conf /etc/hosts "$dir/root/etc/"
	apt-config dump | grep -i '^acquire::.*proxy' \
		>"$dir/root/etc/apt/apt.conf.d/99host" || :
	cp "$package" "$dir/root/root/"
	mount -t proc proc "$dir/root/proc"
	mount --rbind /sys "$dir/root/sys"
	mount --bind /dev "$dir/root/dev"
}

in_root() {
	chroot "$dir/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

install_package() {
	in_root apt-get -q update >"$dir/apt.log" 2>&1 &&
		in_root apt-get -q install -y man-db \
			"/root/${package##*/}" >>"$dir/apt.log" 2>&1 ||
		fail "the package cannot be installed: '$dir/apt.log'"
	in_root ldd /usr/bin/run-bench | grep -q 'not found' &&
		fail 'run-bench lacks a library'
	return 0
}

# A run as a user has it, results below the current directory.
run_suite() {
	in_root run-bench --version
	begun=$(date +%s)
	in_root sh -c 'cd && exec run-bench "$@"' sh "$@" >"$dir/run.log" 2>&1 ||
		fail "run-bench $*: status $?: '$dir/run.log'"
	results=$(tail -n 1 "$dir/run.log")
	results=${results##* }
	for file in summary.csv histogram.csv env.json plots/medians.svg; do
		[ -s "$dir/root/root/$results/$file" ] ||
			fail "there is no '$file' in '$results'"
	done
	rows=$(grep -c ',latency,tsc,' "$dir/root/root/$results/summary.csv")
	echo "run-bench $*: $rows launches in $(($(date +%s) - begun)) s"
	in_root run-bench report "/root/$results" >"$dir/report.txt" ||
		fail 'its results cannot be reported'
}

check_around() {
	in_root man -w run-bench run-bench-lab-kernel vmentry-bench-csv \
		>/dev/null || fail 'a man page is missing'
	scripts=/usr/share/vmentry-bench/scripts
	[ "$(in_root readlink -f "$(in_root $scripts/executable)")" = \
		/usr/bin/run-bench ] || fail 'the scripts do not find run-bench'
	for script in nightly ab-reboot fleet/run demo-nightly; do
		in_root $scripts/$script --help >/dev/null ||
			fail "$script --help: status $?"
	done
	in_root apt-get -q -y purge vmentry-bench >>"$dir/apt.log" 2>&1 ||
		fail 'the package cannot be removed'
	[ ! -e "$dir/root/usr/share/vmentry-bench" ] ||
		fail 'the package leaves files behind'
}

[ $# -ge 1 ] || fail 'a directory is missing'
[ "${NIGHTLY_PACKAGE_MOUNTS-}" = own ] || {
	[ "$(id -u)" = 0 ] || skip 'be root'
	NIGHTLY_PACKAGE_MOUNTS=own exec unshare --mount --propagation private \
		"$0" "$@"
}
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
package=
[ "${1-}" != --package ] || {
	package=$(readlink -f "$2")
	shift 2
}
[ $# -gt 0 ] || set -- --quick
check_host
[ -n "$package" ] || build_package
check_package
make_root
install_package
run_suite "$@"
check_around
echo "${package##*/}: $(($(stat -c %s "$package") / 1024)) KiB," \
	"$(dpkg-deb -f "$package" Installed-Size) KiB installed"
