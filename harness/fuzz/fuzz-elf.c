// SPDX-License-Identifier: GPL-2.0-or-later
/* An ELF file: the loader, and the symbols of some addresses. */
#include <stdlib.h>

#include "elf-image.h"
#include "fuzz.h"
#include "util.h"

#define START 0x100000u
#define SIZE  0x4000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *memory = malloc(SIZE);
	struct elf_image image;
	uint64_t address, length;
	char text[32];

	elf_load(&image, data, size, memory, START, START + SIZE, NULL);
	for (address = START; address < START + SIZE; address += SIZE / 8 + 1)
		elf_symbolize(&image, address, text, sizeof(text));
	elf_symbolize(&image, image.entry, text, sizeof(text));
	elf_find_symbol(&image, "run", &address, &length);
	free(memory);
	return 0;
}
