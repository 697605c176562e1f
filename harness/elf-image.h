/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loader for payloads: static 64-bit x86 ELF executables whose segments lie in
 * a given window of guest memory (the ELF specification, "Program Header" and
 * "Symbol Table"). Nothing of the file is trusted: every offset, size and
 * address is checked before it is used. Pure: works on memory only.
 */
#ifndef VMB_ELF_IMAGE_H
#define VMB_ELF_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct elf_image {
	const unsigned char *data; /* the file, not owned */
	size_t size;
	uint64_t entry; /* guest physical = virtual address */
};

/*
 * Check the file and copy its segments to @memory, which stands for the guest
 * addresses [@start, @end); the rest of @memory is left alone, .bss is zeroed.
 * 0, or -1 and @err. @image refers to @data.
 */
int elf_load(struct elf_image *image, const void *data, size_t size,
	     void *memory, uint64_t start, uint64_t end, struct error *err);

/*
 * Write @address as "symbol+0x12" to @text, or as "0x..." when no function of
 * the symbol table holds it.
 */
void elf_symbolize(const struct elf_image *image, uint64_t address, char *text,
		   size_t size);

/* Address and size of symbol @name: 0, or -1 when there is none. */
int elf_find_symbol(const struct elf_image *image, const char *name,
		    uint64_t *address, uint64_t *size);

#endif
