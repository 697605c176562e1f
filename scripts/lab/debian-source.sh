# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154 # suite and software
# Sourced by build-bochs and build-qemu: what they need of one Debian release,
# downloaded into the current directory and not installed. They set $suite, and
# $software, what `--source` is to give where there is no Debian; and have fail().

debian_mirror() {
	sed -n 's/^URIs: *\([^ ]*\/debian\)\/* *$/\1/p; s/^deb [^#]*\(http[^ ]*\/debian\)\/* .*/\1/p' \
		/etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1
}

have_debian() {
	command -v apt-get >/dev/null && [ -n "$(debian_mirror)" ]
}

# apt with lists of its own, so that the machine's are not changed and that each
# machine gets the same files. 1: apt's command and arguments.
private_apt() {
	APT_CONFIG=$PWD/apt/apt.conf "$@"
}

update_lists() {
	[ ! -f apt/updated ] || return 0
	mkdir -p apt/state/lists/partial apt/cache/archives/partial
	mirror=$(debian_mirror)
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	for type in deb deb-src; do
		echo "$type [signed-by=$keys] $mirror $suite main"
	done >apt/sources.list
	cat >apt/apt.conf <<-END
		Dir::State "$PWD/apt/state";
		Dir::Cache "$PWD/apt/cache";
		Dir::Etc::sourcelist "$PWD/apt/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
	END
	private_apt apt-get update >apt.log 2>&1 ||
		{ cat apt.log >&2; fail "cannot read Debian's package lists: give the source of $software by --source"; }
	: >apt/updated
}

# 1: source package; 2: tar, its original tarball, or diff, Debian's changes;
# 3: the file to make. apt checks the lists' signature; we, the file's sum, as
# apt gives up when the .dsc is missing.
fetch_source_file() {
	have_debian ||
		fail "no apt with a Debian mirror here: give the source of $software by --source"
	update_lists
	kind=orig
	[ "$2" = tar ] || kind=debian
	sums=$(private_apt apt-cache showsrc --only-source "$1" |
		sed -n '/^Checksums-Sha256:/,/^[^ ]/p' | grep "$kind\.tar\.[a-z0-9]*$") || :
	file=$(echo "$sums" | awk '{ print $3; exit }')
	[ -n "$file" ] || fail "no source package $1 in the lists of Debian $suite"
	[ -f "$file" ] ||
		private_apt apt-get source --download-only "--$2-only" "$1" >>apt.log 2>&1 || :
	[ -f "$file" ] || { cat apt.log >&2; fail "cannot fetch $file"; }
	echo "$sums" | awk '{ print $1 "  " $3; exit }' | sha256sum -c --quiet ||
		{ rm -f "$file"; fail "$file is not what Debian's lists say"; }
	cp "$file" "$3"
}

# Unpack binary packages into the directory $1.
unpack_packages() {
	into=$1
	shift
	update_lists
	for p in "$@"; do
		private_apt apt-get download "$p" >apt.log 2>&1 ||
			{ cat apt.log >&2; fail "cannot fetch the Debian package $p"; }
		dpkg -x "$p"_*.deb "$into"
	done
	rm -f ./*.deb
}

# Of a source, to see whether it changed; of a tree, its files' names, sizes and
# dates, as it is large.
source_id() {
	if [ -d "$1" ]; then
		(cd "$1" && find . -type f -printf '%p %s %t\n' | sort | sha256sum)
	elif [ "$1" != debian ]; then
		sha256sum <"$1"
	else
		echo debian
	fi
}
