#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What test-lab.sh tests, on the Intel machine, whose emulator is built first.
# usage: nightly-lab-vmx.sh RUN-BENCH
set -eu
"$1" lab bochs --source debian
exec "$(dirname "$0")/test-lab.sh" "$1" vmx,apicv=0
