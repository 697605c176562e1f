// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "elf-image.h"

/* Is [offset, offset + count * entry) inside the file? */
static bool in_file(const struct elf_image *image, uint64_t offset,
		    uint64_t count, uint64_t entry)
{
	uint64_t length;

	return !__builtin_mul_overflow(count, entry, &length) &&
	       offset <= image->size && length <= image->size - offset;
}

static int check_header(const struct elf_image *image, const Elf64_Ehdr *header,
			struct error *err)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return error_set(err, "payload is not an ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return error_set(err, "payload is not for x86-64");
	if (header->e_type != ET_EXEC)
		return error_set(err, "payload is not a static executable");
	if (header->e_phentsize != sizeof(Elf64_Phdr) || !header->e_phnum ||
	    !in_file(image, header->e_phoff, header->e_phnum,
		     sizeof(Elf64_Phdr)))
		return error_set(err, "payload has bad program headers");
	return 0;
}

static int load_segment(const struct elf_image *image, const Elf64_Phdr *phdr,
			unsigned char *memory, uint64_t start, uint64_t end,
			struct error *err)
{
	unsigned char *to;

	if (phdr->p_filesz > phdr->p_memsz ||
	    !in_file(image, phdr->p_offset, 1, phdr->p_filesz))
		return error_set(err, "payload segment lies outside the file");
	if (phdr->p_vaddr < start || phdr->p_vaddr > end ||
	    phdr->p_memsz > end - phdr->p_vaddr)
		return error_set(err,
				 "payload segment at 0x%" PRIx64
				 " lies outside 0x%" PRIx64 "-0x%" PRIx64,
				 phdr->p_vaddr, start, end);
	to = memory + (phdr->p_vaddr - start);
	memcpy(to, image->data + phdr->p_offset, phdr->p_filesz);
	memset(to + phdr->p_filesz, 0, phdr->p_memsz - phdr->p_filesz);
	return 0;
}

int elf_load(struct elf_image *image, const void *data, size_t size,
	     void *memory, uint64_t start, uint64_t end, struct error *err)
{
	bool entry_loaded = false;
	Elf64_Ehdr header;
	Elf64_Phdr phdr;

	*image = (struct elf_image){ .data = data, .size = size };
	if (size < sizeof(header))
		return error_set(err, "payload is too short for an ELF file");
	memcpy(&header, data, sizeof(header));
	if (check_header(image, &header, err))
		return -1;
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		memcpy(&phdr, image->data + header.e_phoff + i * sizeof(phdr),
		       sizeof(phdr));
		if (phdr.p_type != PT_LOAD || !phdr.p_memsz)
			continue;
		if (load_segment(image, &phdr, memory, start, end, err))
			return -1;
		if (phdr.p_flags & PF_X && header.e_entry >= phdr.p_vaddr &&
		    header.e_entry - phdr.p_vaddr < phdr.p_filesz)
			entry_loaded = true;
	}
	if (!entry_loaded)
		return error_set(err,
				 "payload's entry point is not in its code");
	image->entry = header.e_entry;
	return 0;
}

struct symbol_table {
	Elf64_Ehdr header;
	uint64_t symbols, count; /* offset in the file, entries */
	uint64_t names, names_size;
};

static bool read_section(const struct elf_image *image,
			 const Elf64_Ehdr *header, unsigned int index,
			 Elf64_Shdr *section)
{
	if (index >= header->e_shnum)
		return false;
	memcpy(section,
	       image->data + header->e_shoff + index * sizeof(*section),
	       sizeof(*section));
	return section->sh_type == SHT_NOBITS ||
	       in_file(image, section->sh_offset, 1, section->sh_size);
}

static bool find_symbol_table(const struct elf_image *image,
			      struct symbol_table *table)
{
	Elf64_Shdr section, names;
	Elf64_Ehdr header;

	if (image->size < sizeof(header))
		return false;
	memcpy(&header, image->data, sizeof(header));
	if (header.e_shentsize != sizeof(section) ||
	    !in_file(image, header.e_shoff, header.e_shnum, sizeof(section)))
		return false;
	for (unsigned int i = 0; i < header.e_shnum; i++) {
		if (!read_section(image, &header, i, &section) ||
		    section.sh_type != SHT_SYMTAB)
			continue;
		if (!read_section(image, &header, section.sh_link, &names) ||
		    names.sh_type != SHT_STRTAB || !names.sh_size ||
		    image->data[names.sh_offset + names.sh_size - 1])
			return false;
		*table = (struct symbol_table){
			.header = header,
			.symbols = section.sh_offset,
			.count = section.sh_size / sizeof(Elf64_Sym),
			.names = names.sh_offset,
			.names_size = names.sh_size,
		};
		return true;
	}
	return false;
}

/* The symbol's name, or NULL when it lies outside the table. */
static const char *read_symbol(const struct elf_image *image,
			       const struct symbol_table *table, uint64_t index,
			       Elf64_Sym *symbol)
{
	memcpy(symbol, image->data + table->symbols + index * sizeof(*symbol),
	       sizeof(*symbol));
	if (symbol->st_name >= table->names_size)
		return NULL;
	return (const char *)image->data + table->names + symbol->st_name;
}

/* Could @symbol name the code at @address? Asm labels carry no size. */
static bool covers(const struct elf_image *image,
		   const struct symbol_table *table, const Elf64_Sym *symbol,
		   uint64_t address)
{
	unsigned int type = ELF64_ST_TYPE(symbol->st_info);
	Elf64_Shdr section;

	if (type != STT_FUNC && type != STT_NOTYPE)
		return false;
	if (!read_section(image, &table->header, symbol->st_shndx, &section) ||
	    !(section.sh_flags & SHF_EXECINSTR) || address < section.sh_addr ||
	    address - section.sh_addr >= section.sh_size)
		return false;
	return symbol->st_value <= address &&
	       (!symbol->st_size ||
		address - symbol->st_value < symbol->st_size);
}

void elf_symbolize(const struct elf_image *image, uint64_t address, char *text,
		   size_t size)
{
	const char *best = NULL, *name;
	struct symbol_table table;
	uint64_t best_value = 0;
	Elf64_Sym symbol;

	snprintf(text, size, "0x%" PRIx64, address);
	if (!find_symbol_table(image, &table))
		return;
	for (uint64_t i = 0; i < table.count; i++) {
		name = read_symbol(image, &table, i, &symbol);
		if (!name || !*name || symbol.st_value < best_value ||
		    !covers(image, &table, &symbol, address))
			continue;
		best = name;
		best_value = symbol.st_value;
	}
	if (best)
		snprintf(text, size, "%s+0x%" PRIx64, best,
			 address - best_value);
}

int elf_find_symbol(const struct elf_image *image, const char *name,
		    uint64_t *address, uint64_t *size)
{
	struct symbol_table table;
	const char *symbol_name;
	Elf64_Sym symbol;

	if (!find_symbol_table(image, &table))
		return -1;
	for (uint64_t i = 0; i < table.count; i++) {
		symbol_name = read_symbol(image, &table, i, &symbol);
		if (!symbol_name || strcmp(symbol_name, name) ||
		    symbol.st_shndx == SHN_UNDEF)
			continue;
		*address = symbol.st_value;
		*size = symbol.st_size;
		return 0;
	}
	return -1;
}
