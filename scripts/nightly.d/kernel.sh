# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# Where the kernel for the lab comes from. What goes wrong here goes into the
# night's log, with status 1.

# take_kernel DIR: sets $image, and $label where the user gave none. The label
# names the history that the night belongs to, so it is not that of one build.
take_kernel() {
	image=$kernel
	if [ -n "$source" ]; then
		[ -n "$label" ] || label=${ref:-$(basename "$source")}
		mkdir "$1/kernel" || return 1
		image=$1/kernel/$(file_name "$label").bzImage
		tree=$source
		[ -z "$ref" ] || fetch_tree || return 1
		"$run_bench" lab kernel --source "$tree" --output "$image" ||
			return 1
	fi
	[ -n "$label" ] || label=$(basename "$kernel" .bzImage)
	[ -r "$image" ] || {
		warn "cannot read '$image'"
		return 1
	}
}

# The user's tree stays as it is, but for what is fetched into it: REF is
# checked out in a work tree of nightly's own. A ref of a remote, origin/master,
# is what was fetched.
fetch_tree() {
	tree=${VMENTRY_BENCH_CACHE:-$HOME/.cache/vmentry-bench}/nightly
	tree=$tree/$(printf '%s' "$source" | cksum | tr -d ' ')
	git -C "$source" fetch --quiet --all || return 1
	commit=$(git -C "$source" rev-parse --verify --quiet "$ref^{commit}") || {
		warn "cannot find '$ref' in '$source'"
		return 1
	}
	git -C "$source" worktree prune || return 1
	if [ -e "$tree/.git" ]; then
		git -C "$tree" checkout --quiet --force --detach "$commit"
	else
		mkdir -p "${tree%/*}" &&
			git -C "$source" worktree add --quiet --detach \
				"$tree" "$commit"
	fi || return 1
	echo "nightly: '$source' at $(git -C "$tree" describe --always --tags)"
}
