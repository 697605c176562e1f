/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commit that a kernel's release names. Pure. */
#ifndef VMB_KERNEL_COMMIT_H
#define VMB_KERNEL_COMMIT_H

#define KERNEL_COMMIT_SIZE 48

/*
 * What the kernel's scripts/setlocalversion appends, as in
 * 6.1.0-rc1-00012-g1234567890ab: "-g" and at least seven hexadecimal digits.
 * @commit, of KERNEL_COMMIT_SIZE bytes, is "" when there is none.
 */
void kernel_commit(const char *release, char *commit);

#endif
