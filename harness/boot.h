/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state a guest starts in: 64-bit mode, ring 0, interrupts off, the first
 * 4 GiB mapped one to one by 2 MiB pages that ring 3 may use too, and once more
 * from ABI_HIGH_BASE on.
 * Sources: SDM vol. 3, 4.5 (paging), 10.8.5 (IA-32e mode), 3.4.5 (segments).
 */
#ifndef VMB_BOOT_H
#define VMB_BOOT_H

#include <linux/kvm.h>
#include <stdint.h>

/* PML4, PDPT and one page directory for each GiB. */
#define BOOT_GIB	 4
#define BOOT_TABLES_SIZE ((2 + BOOT_GIB) * 4096)

/* @tables: BOOT_TABLES_SIZE bytes, which the guest sees at address @gpa. */
void boot_page_tables(void *tables, uint64_t gpa);

/* Change @sregs, as KVM_GET_SREGS gave them, to that state. */
void boot_sregs(struct kvm_sregs *sregs, uint64_t page_tables_gpa);

#endif
