# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

help() {
	help_options
	echo
	help_failures
}

help_options() {
	cat <<'END'
usage: ab-reboot start --base ENTRY --new ENTRY [OPTIONS] [-- RUN ARGUMENTS...]
       ab-reboot status | stop | resume [--state DIR]

Measure two kernels in turns, each in boots of its own, in the order ABBA,
and compare them: 'start' reboots THIS MACHINE, again and again, and ends on
the kernel that it boots by default. RUN ARGUMENTS are those of 'run-bench
run'; give --cpu among them, so that every boot measures the same pCPU.

  --base ENTRY    the kernel to compare with
  --new ENTRY     the kernel under test. With grub, ENTRY is the id or the
                  title of a menu entry, SUBMENU>ENTRY in a submenu; with
                  kexec KERNEL[,INITRD[,CMDLINE]], where INITRD '-' is none
                  (default: the one in /boot for that release), and the
                  default CMDLINE is the running kernel's. panic=30 is added
                  where CMDLINE has no panic=
  --boots N       boots of each kernel (default: 5, the least from which
                  'compare' resamples boots)
  --method grub|kexec
                  a one-time menu entry, or kexec (default: grub)
  --settle SECONDS
                  wait after each boot, until it is quiet (default: 60)
  --state DIR     where to keep all that it knows, the results and
                  verdict.txt (default: /var/lib/vmentry-bench/ab)
  --run-bench FILE
                  the executable (default: the one beside these scripts)
  --dry-run       print the plan, and change nothing
  --help          print this

'status' tells how far it is. 'stop' ends it at any time and takes back what
'start' installed. 'resume' is what systemd runs after each boot.
END
}

help_failures() {
	cat <<'END'
A kernel that panics before it could be measured must reboot by itself
(panic=SECONDS on its command line): then the default kernel comes up, and
resume tries once more, and stops after that. Nothing here ends a hang. A
hardware watchdog does: RuntimeWatchdogSec=60s in /etc/systemd/system.conf
covers hangs from systemd's start on; one before that, in early boot, only
where the watchdog stays armed from the kernel before (KexecWatchdogSec=).
Otherwise it waits for you to reset the machine, and then goes on. Likewise
a boot that ends in an emergency shell. systemd.mask=vmentry-bench-ab.service
on a kernel's command line keeps a boot from going on, so that you can stop.

Exit status: 0 done; 1 failed; 2 usage.
END
}
