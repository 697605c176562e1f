// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot.h"
#include "guest/abi.h"
#include "guest/control-bits.h"

#define PTE_PRESENT (1ull << 0)
#define PTE_WRITE   (1ull << 1)
#define PTE_USER    (1ull << 2)
#define PTE_LARGE   (1ull << 7)
#define PTE_TABLE   (PTE_PRESENT | PTE_WRITE | PTE_USER)

void boot_page_tables(void *tables, uint64_t gpa)
{
	uint64_t(*table)[512] = tables;
	uint64_t *pml4 = table[0], *pdpt = table[1], *directories = table[2];

	memset(tables, 0, BOOT_TABLES_SIZE);
	pml4[0] = (gpa + 4096) | PTE_TABLE;
	pml4[ABI_HIGH_BASE >> 39 & 511] = pml4[0];
	for (uint64_t i = 0; i < BOOT_GIB; i++)
		pdpt[i] = (gpa + 4096 * (2 + i)) | PTE_TABLE;
	for (uint64_t i = 0; i < BOOT_GIB * 512; i++)
		directories[i] = i << 21 | PTE_TABLE | PTE_LARGE;
}

void boot_sregs(struct kvm_sregs *sregs, uint64_t page_tables_gpa)
{
	struct kvm_segment code = {
		.limit = 0xffffffff,
		.selector = 0x08,
		.type = 0xb, /* execute, read, accessed */
		.present = 1,
		.s = 1,
		.l = 1,
		.g = 1,
	};
	struct kvm_segment data = code;

	data.selector = 0x10;
	data.type = 0x3; /* read, write, accessed */
	data.l = 0;
	data.db = 1;
	sregs->cs = code;
	sregs->ds = data;
	sregs->es = data;
	sregs->fs = data;
	sregs->gs = data;
	sregs->ss = data;
	sregs->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG;
	sregs->cr3 = page_tables_gpa;
	sregs->cr4 = CR4_PAE;
	sregs->efer = EFER_LME | EFER_LMA;
}
