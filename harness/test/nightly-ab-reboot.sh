#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# ab-reboot for real: two Debian kernels in a machine that QEMU emulates (TCG,
# with SVM, so that /dev/kvm is there), rebooted by kexec and by GRUB, with
# kernels that panic, and with the plug pulled. Not part of the test run: takes
# the better part of an hour, root, and the network for Debian's packages.
#
#	harness/test/nightly-ab-reboot.sh DIR [SCENARIO...]
#
# DIR gets all that is built, 2 GB, and is used again when it is there.
# shellcheck disable=SC2015 # "A && B || C" is meant
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 1 ] || {
	echo "usage: nightly-ab-reboot.sh DIR [SCENARIO...]" >&2
	exit 2
}
mkdir -p "$1" || exit 1
dir=$(cd "$1" && pwd)
shift
passed=0 failed=0

die() {
	echo "nightly-ab-reboot: $*" >&2
	exit 1
}

for tool in debootstrap qemu-system-x86_64 qemu-img sfdisk mke2fs; do
	command -v $tool >/dev/null || die "cannot find '$tool'"
done
[ "$(id -u)" = 0 ] || die 'cannot make a root file system: be root'

# The newest two of Debian's small kernels: two releases, hardly different.
fetch_kernels() {
	mkdir -p "$dir/deb"
	packages=$(apt-cache pkgnames linux-image-6.1 |
		grep -xE "linux-image-6\.1\.0-[0-9]+-cloud-amd64-unsigned" |
		sort -V | tail -n 2)
	# shellcheck disable=SC2086
	(cd "$dir/deb" && rm -f ./*.deb && apt-get -q download $packages) ||
		die "cannot download $packages"
}

make_root() {
	# What run-bench is linked with, and what ab-reboot calls.
	debootstrap --variant=minbase --include=systemd-sysv,udev,kmod,\
linux-base,initramfs-tools,zstd,kexec-tools,grub-pc-bin,grub2-common,\
libhwloc15,libnuma1,libpfm4,libgsl27,libjansson4,libseccomp2 bookworm "$dir/root" ||
		die 'debootstrap failed'
	# A small initrd, which TCG unpacks in seconds.
	echo MODULES=list >"$dir/root/etc/initramfs-tools/conf.d/test"
	printf '%s\n' virtio_pci virtio_blk ext4 \
		>>"$dir/root/etc/initramfs-tools/modules"
	cp "$dir"/deb/*.deb "$dir/root/tmp/"
	chroot "$dir/root" sh -c 'DEBIAN_FRONTEND=noninteractive \
		dpkg -i /tmp/*.deb && rm /tmp/*.deb && passwd -d root' ||
		die 'cannot install the kernels'
	printf 'kvm_amd\n' >"$dir/root/etc/modules-load.d/test.conf"
	echo '/dev/vda1 / ext4 defaults 0 1' >"$dir/root/etc/fstab"
	echo ab-test >"$dir/root/etc/hostname"
}

# What the machine under test does of itself: see machine below.
make_script() {
	cat >"$dir/root/opt/ab-test" <<-'END'
	#!/bin/sh
	state=/var/lib/vmentry-bench/ab
	exec >/dev/ttyS0 2>&1
	scenario=$(sed -n 's/.*abtest=\([^ ]*\).*/\1/p' /proc/cmdline)
	[ -n "$scenario" ] || scenario=$(cat /sys/class/dmi/id/product_serial)
	if [ ! -e "/opt/scenario/$scenario" ]; then
		exit
	elif grep -q vmentry_bench_ab /proc/cmdline; then
		sh "/opt/scenario/$scenario-in-test"
		exit
	fi
	if [ ! -e $state/state ]; then
		sh "/opt/scenario/$scenario"
		status=$?
		[ $status = 0 ] && exit
		echo "ab-test: start: status $status"
		poweroff
		exit
	fi
	# The comparison runs in a unit beside this one.
	until grep -qx phase=done $state/state; do
		sleep 1
	done
	while systemctl -q is-active vmentry-bench-ab.service; do
		sleep 1
	done
	echo "ab-test: kernel $(uname -r)"
	sed 's/^/ab-test: state: /' $state/state
	sed 's/^/ab-test: verdict: /' $state/verdict.txt
	ls $state | sed 's/^/ab-test: file: /'
	[ -e /etc/systemd/system/vmentry-bench-ab.service ] &&
		echo 'ab-test: the unit is still there'
	grub-editenv /boot/grub/grubenv list | sed 's/^/ab-test: grubenv: /'
	/opt/vmentry-bench/scripts/ab-reboot status
	echo "ab-test: status: $?"
	echo 'ab-test: end'
	poweroff
	END
}

make_service() {
	cat >"$dir/root/etc/systemd/system/ab-test.service" <<-'END'
	[Unit]
	After=multi-user.target
	[Service]
	ExecStart=/bin/sh /opt/ab-test
	[Install]
	WantedBy=multi-user.target
	END
	ln -sf /etc/systemd/system/ab-test.service \
		"$dir/root/etc/systemd/system/multi-user.target.wants/"
	# The first would hang up the console on those who write there, the
	# others take time.
	for masked in serial-getty@.service e2scrub_reap.service \
		apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer; do
		ln -sf /dev/null "$dir/root/etc/systemd/system/$masked"
	done
	drop_in=$dir/root/etc/systemd/system/vmentry-bench-ab.service.d
	mkdir -p "$drop_in"
	printf '[Service]\nStandardOutput=journal+console\n' \
		>"$drop_in/console.conf"
}

install_suite() {
	"$top/scripts/build" || die 'cannot build run-bench'
	rm -rf "$dir/root/opt/vmentry-bench"
	mkdir -p "$dir/root/opt/vmentry-bench/build"
	cp -R "$top/scripts" "$dir/root/opt/vmentry-bench/"
	cp "$top/build/run-bench" "$dir/root/opt/vmentry-bench/build/"
}

# scenario NAME START-OPTIONS: what the machine called NAME starts; $launches
# make it short, or long enough to be disturbed.
scenario() {
	mkdir -p "$dir/root/opt/scenario"
	name=$1
	shift
	printf '%s\n' "/opt/vmentry-bench/scripts/ab-reboot start $* \\
		--run-bench /opt/vmentry-bench/build/run-bench --settle 0 -- \\
		--quick --no-counters --launches $launches --cpu 0 \
		'base/*' 'exit/cpuid'" \
		>"$dir/root/opt/scenario/$name"
}

# In the kernels under test, most do nothing besides.
in_test() {
	cat >"$dir/root/opt/scenario/$1-in-test"
}

make_scenarios() {
	launches=2 panic='console=ttyS0 root=/dev/none panic=5'
	scenario kexec --method kexec --boots 2 \
		--base "/boot/vmlinuz-$old" --new "/boot/vmlinuz-$new"
	scenario panic --method kexec --boots 2 --base "/boot/vmlinuz-$old" \
		--new "'/boot/vmlinuz-$new,-,$panic'"
	scenario grub-panic --method grub --boots 1 --new broken \
		--base "'gnulinux-advanced-ID>gnulinux-$old-advanced-ID'"
	scenario grub --method grub --boots 1 \
		--base "'gnulinux-advanced-ID>gnulinux-$old-advanced-ID'" \
		--new "'gnulinux-advanced-ID>gnulinux-$new-advanced-ID'"
	for name in kexec panic power; do
		: | in_test $name
	done
}

make_disturbed_scenarios() {
	launches=20
	for name in crash stop power; do
		scenario $name --method kexec --boots 1 \
			--base "/boot/vmlinuz-$old" --new "/boot/vmlinuz-$new"
	done
	# A kernel that panics once, while it is measured.
	in_test crash <<-'END'
	until grep -qx phase=running /var/lib/vmentry-bench/ab/state &&
		grep -qx slot=1 /var/lib/vmentry-bench/ab/state; do
		sleep 1
	done
	sleep 5
	[ -e /opt/crashed ] || { touch /opt/crashed; sync
		echo c >/proc/sysrq-trigger; }
	END
	in_test stop <<-'END'
	until grep -qx phase=running /var/lib/vmentry-bench/ab/state; do
		sleep 1
	done
	sleep 5
	/opt/vmentry-bench/scripts/ab-reboot stop
	reboot
	END
}

make_preparation() {
	cat >"$dir/root/opt/scenario/prepare" <<-END
	mkdir -p /etc/default
	cat >/etc/default/grub <<EOD
	GRUB_DEFAULT=0
	GRUB_TIMEOUT=0
	GRUB_TERMINAL=serial
	GRUB_CMDLINE_LINUX="console=ttyS0 panic=5"
	EOD
	cat >>/etc/grub.d/40_custom <<EOD
	menuentry 'A kernel that panics' --id broken {
		search --no-floppy --file --set=root /boot/vmlinuz-$new
		linux /boot/vmlinuz-$new $panic
	}
	EOD
	grub-install /dev/vda && update-grub && echo 'ab-test: end'
	id=\$(sed -n "s/.*gnulinux-advanced-\([^']*\).*/\1/p" \\
		/boot/grub/grub.cfg | head -n 1)
	sed -i "s/advanced-ID/advanced-\$id/g" /opt/scenario/grub*
	poweroff
	sleep 100
	END
}

# A disk with a partition table, which GRUB wants, and an ext4 partition.
make_disk() {
	rm -f "$dir/disk.img"
	truncate -s 2G "$dir/disk.img"
	echo 'start=2048, type=83, bootable' |
		sfdisk -q "$dir/disk.img" || die 'cannot partition the disk'
	mke2fs -q -t ext4 -d "$dir/root" -E offset=1048576 "$dir/disk.img" \
		$((2 * 1024 * 1024 - 1024))k ||
		die 'cannot make the file system'
}

# overlay NAME: a fresh copy of the disk.
overlay() {
	qemu-img create -q -f qcow2 -b "$dir/disk.img" -F raw \
		"$dir/$1.qcow2" || die 'cannot copy the disk'
}

# qemu NAME DISK-OPTIONS QEMU-OPTIONS: the machine; its console goes to NAME.log
qemu() {
	log=$dir/$1.log drive=$2
	shift 2
	nice timeout 1800 qemu-system-x86_64 -pidfile "$dir/pid" \
		-accel tcg,thread=single -M pc -cpu max -m 1024 \
		-display none -monitor none -serial stdio -nic none \
		-drive "if=virtio,cache=writeback,$drive" "$@" \
		</dev/null >>"$log" 2>&1
}

# The default kernel of the kexec scenarios is one of neither side's command
# line: QEMU boots it, after each reset.
machine() {
	qemu "$1" "file=$dir/$1.qcow2,format=qcow2" \
		-kernel "$dir/root/boot/vmlinuz-$old" \
		-initrd "$dir/root/boot/initrd.img-$old" \
		-append "root=/dev/vda1 console=ttyS0 abtest=$2"
}

build() {
	[ -e "$dir/deb" ] || fetch_kernels
	[ -e "$dir/root/etc/fstab" ] || {
		make_root >"$dir/root.log" 2>&1 || die "see '$dir/root.log'"
	}
	releases=$(cd "$dir/root/lib/modules" && printf '%s\n' * | sort -V)
	old=$(echo "$releases" | head -n 1) new=$(echo "$releases" | tail -n 1)
	make_script
	make_service
	install_suite
	make_scenarios
	make_disturbed_scenarios
	make_preparation
	make_disk
	rm -f "$dir"/*.log
	qemu prepare "file=$dir/disk.img,format=raw" \
		-kernel "$dir/root/boot/vmlinuz-$old" \
		-initrd "$dir/root/boot/initrd.img-$old" \
		-append 'root=/dev/vda1 console=ttyS0 abtest=prepare'
	grep -q 'ab-test: end' "$dir/prepare.log" ||
		die "cannot install GRUB: see '$dir/prepare.log'"
}

# check TEXT [COUNT]: so many lines of the log, or some, match the extended
# regular expression.
check() {
	found=$(tr -d '\r' <"$log" | grep -cE -- "$1")
	wanted=${2:-$((found > 0 ? found : 1))}
	if [ "$found" = "$wanted" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $name: ${2:-some} of '$1', not $found: $log"
	fi
}

# What holds however it ended: nothing is left behind.
check_end() {
	check 'ab-test: end$' 1
	check 'ab-test: state: phase=done$' 1
	check "ab-test: state: result=$1\$" 1
	check "ab-test: status: $2\$" 1
	if tr -d '\r' <"$log" |
		grep -qE 'the unit is still there|grubenv: next_entry=.'; then
		failed=$((failed + 1))
		echo "FAIL: $name: something is left: $log"
	fi
}

# measured SIDE-NUMBER...: these boots, in this order, and no others.
measured() {
	got=$(tr -d '\r' <"$log" |
		sed -n 's/.*ab-test: state: boot=\(.*\) attempt .: ok.*/\1/p' |
		tr ' \n' '- ')
	if [ "$got" = "$* " ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $name: measured '$got', not '$*': $log"
	fi
}

check_verdict() {
	check 'ab-test: verdict: .*exit/cpuid.*'
	check 'ab-test: verdict: .*base/empty.*'
	check "ab-test: verdict: .*came up.*$old"
	check "ab-test: verdict: .*came up.*$new"
}

# Two releases, every reboot but the first and the last by kexec.
run_kexec() {
	machine kexec kexec
	check_end ok 0
	measured base-1 new-1 new-2 base-2
	check_verdict
	check 'kexec_core: Starting new kernel' 4
	check '^\[ *0.000000\] Linux version .*Debian' 6
}

# Falls back to the kernel that QEMU boots, twice.
run_panic() {
	machine panic panic
	check_end failed 1
	measured base-1
	check 'Kernel panic - not syncing: VFS' 2
	check 'verdict: .*new 1 failed 2 times'
}

run_crash() {
	machine crash crash
	check_end ok 0
	measured base-1 new-1
	check 'Kernel panic - not syncing: sysrq' 1
	check 'state: boot=new 1 attempt 1: failed.*cut short' 1
	check 'ab-test: file: new-1.cut-'
}

run_stop() {
	machine stop stop
	check_end stopped 0
	check 'ab-test: state: boot=' 0
}

# pull_plug TEXT SECONDS: run until so long after TEXT.
pull_plug() {
	machine power power &
	machine_pid=$!
	until grep -q "$1" "$dir/power.log" || ! kill -0 $machine_pid; do
		sleep 1
	done 2>/dev/null
	sleep "$2"
	echo 'nightly: the plug is pulled' >>"$dir/power.log"
	kill -9 "$(cat "$dir/pid")"
	wait $machine_pid 2>/dev/null
}

# In the middle of a run, and in the middle of a boot.
run_power() {
	pull_plug 'measuring base 1' 5
	pull_plug 'booting new 1' 15
	machine power power
	check_end ok 0
	measured base-1 new-1
	check_verdict
	check 'state: boot=base 1 attempt 1: failed.*cut short' 1
	check 'state: boot=new 1 attempt 1: failed.*kexec did not boot' 1
	check 'ab-test: file: base-1.cut-'
}

run_grub() {
	qemu grub "file=$dir/grub.qcow2,format=qcow2" -smbios type=1,serial=grub
	check_end ok 0
	measured base-1 new-1
	check_verdict
}

run_grub_panic() {
	qemu grub-panic "file=$dir/grub-panic.qcow2,format=qcow2" \
		-smbios type=1,serial=grub-panic
	check_end failed 1
	measured base-1
	check 'Kernel panic - not syncing: VFS' 2
	check 'verdict: .*new 1 failed 2 times'
}

build
[ $# -gt 0 ] || set -- kexec panic crash stop power grub grub-panic
for name; do
	overlay "$name"
	echo "nightly-ab-reboot: $name"
	"run_$(echo "$name" | tr - _)"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
