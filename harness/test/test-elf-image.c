// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The payload loader on files made by hand, each wrong in one way, and on a
 * real payload with every byte changed in turn. Files and guest memory are
 * allocated in their exact sizes, so that AddressSanitizer sees any access
 * outside.
 */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elf-image.h"
#include "guest/abi.h"
#include "util.h"

#define START 0x100000u
#define END   0x104000u
#define TEXT  START
#define DATA  (START + 0x1000)
#define BSS   48 /* bytes that DATA's segment is longer than in the file */

enum section {
	SECTION_NONE,
	SECTION_TEXT,
	SECTION_SYMBOLS,
	SECTION_NAMES,
	SECTION_DATA,
	SECTIONS
};

enum symbol {
	SYMBOL_NONE,
	SYMBOL_LABEL,
	SYMBOL_SIZED,
	SYMBOL_INNER,
	SYMBOL_OBJECT,
	SYMBOL_UNDEFINED,
	SYMBOLS
};

/* A whole file; what it says about itself can be changed by name. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr phdr[3];
	Elf64_Shdr section[SECTIONS];
	Elf64_Sym symbol[SYMBOLS];
	char names[40];
	unsigned char text[64];
	unsigned char data[16];
};

static const char names[40] = "\0label\0sized\0inner\0object\0missing";

static void describe_segments(struct file *file)
{
	file->phdr[0] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = offsetof(struct file, text),
		.p_vaddr = TEXT,
		.p_filesz = sizeof(file->text),
		.p_memsz = sizeof(file->text),
	};
	file->phdr[1] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W,
		.p_offset = offsetof(struct file, data),
		.p_vaddr = DATA,
		.p_filesz = sizeof(file->data),
		.p_memsz = sizeof(file->data) + BSS,
	};
	/* Not loaded, so its nonsense does no harm. */
	file->phdr[2] = (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = UINT64_MAX,
		.p_filesz = UINT64_MAX,
	};
}

static void describe_sections(struct file *file)
{
	file->section[SECTION_TEXT] = (Elf64_Shdr){
		.sh_type = SHT_PROGBITS,
		.sh_flags = SHF_ALLOC | SHF_EXECINSTR,
		.sh_addr = TEXT,
		.sh_offset = offsetof(struct file, text),
		.sh_size = sizeof(file->text),
	};
	file->section[SECTION_SYMBOLS] = (Elf64_Shdr){
		.sh_type = SHT_SYMTAB,
		.sh_offset = offsetof(struct file, symbol),
		.sh_size = sizeof(file->symbol),
		.sh_link = SECTION_NAMES,
		.sh_entsize = sizeof(Elf64_Sym),
	};
	file->section[SECTION_NAMES] = (Elf64_Shdr){
		.sh_type = SHT_STRTAB,
		.sh_offset = offsetof(struct file, names),
		.sh_size = sizeof(file->names),
	};
	file->section[SECTION_DATA] = (Elf64_Shdr){
		.sh_type = SHT_PROGBITS,
		.sh_flags = SHF_ALLOC | SHF_WRITE,
		.sh_addr = DATA,
		.sh_offset = offsetof(struct file, data),
		.sh_size = sizeof(file->data),
	};
}

static void describe_symbol(struct file *file, enum symbol symbol,
			    const char *name, unsigned int type,
			    enum section section, uint64_t value, uint64_t size)
{
	const char *found = memmem(names, sizeof(names), name, strlen(name));

	assert_non_null(found);
	file->symbol[symbol] = (Elf64_Sym){
		.st_name = (uint32_t)(found - names),
		.st_info = ELF64_ST_INFO(STB_GLOBAL, type),
		.st_shndx = (uint16_t)section,
		.st_value = value,
		.st_size = size,
	};
}

static void describe_symbols(struct file *file)
{
	describe_symbol(file, SYMBOL_LABEL, "label", STT_NOTYPE, SECTION_TEXT,
			TEXT + 8, 0);
	describe_symbol(file, SYMBOL_SIZED, "sized", STT_FUNC, SECTION_TEXT,
			TEXT + 16, 16);
	describe_symbol(file, SYMBOL_INNER, "inner", STT_FUNC, SECTION_TEXT,
			TEXT + 20, 4);
	describe_symbol(file, SYMBOL_OBJECT, "object", STT_OBJECT, SECTION_DATA,
			DATA, 8);
	describe_symbol(file, SYMBOL_UNDEFINED, "missing", STT_NOTYPE,
			SHN_UNDEF, 0, 0);
}

static void make(struct file *file)
{
	*file = (struct file){
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_entry = TEXT + 4,
			.e_phoff = offsetof(struct file, phdr),
			.e_shoff = offsetof(struct file, section),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = ARRAY_SIZE(file->phdr),
			.e_shentsize = sizeof(Elf64_Shdr),
			.e_shnum = SECTIONS,
		},
	};
	memcpy(file->names, names, sizeof(names));
	memset(file->text, 0xf4, sizeof(file->text));
	memset(file->data, 0xda, sizeof(file->data));
	describe_segments(file);
	describe_sections(file);
	describe_symbols(file);
}

/* --- loading -------------------------------------------------------------- */

#define UNTOUCHED 0xaa

static int load_at(struct elf_image *image, const void *data, size_t size,
		   uint64_t start, uint64_t end, struct error *err)
{
	unsigned char *memory = xcalloc(1, end - start);
	int ret;

	ret = elf_load(image, data, size, memory, start, end, err);
	free(memory);
	return ret;
}

static int load(struct elf_image *image, const void *data, size_t size)
{
	struct error err;

	return load_at(image, data, size, START, END, &err);
}

static void expect_bytes(const unsigned char *bytes, size_t size,
			 unsigned char value)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], value);
}

static void test_loads(void **state)
{
	size_t size = END - START, used = sizeof(((struct file *)0)->data);
	unsigned char *memory = xcalloc(1, size);
	struct elf_image image;
	struct error err;
	struct file file;

	(void)state;
	make(&file);
	memset(memory, UNTOUCHED, size);
	assert_int_equal(elf_load(&image, &file, sizeof(file), memory, START,
				  END, &err),
			 0);
	assert_int_equal(image.entry, TEXT + 4);
	assert_ptr_equal(image.data, &file);
	assert_int_equal(image.size, sizeof(file));
	expect_bytes(memory, sizeof(file.text), 0xf4);
	expect_bytes(memory + sizeof(file.text), 0x1000 - sizeof(file.text),
		     UNTOUCHED);
	expect_bytes(memory + 0x1000, used, 0xda);
	expect_bytes(memory + 0x1000 + used, BSS, 0);
	expect_bytes(memory + 0x1000 + used + BSS, size - 0x1000 - used - BSS,
		     UNTOUCHED);
	free(memory);
}

/* A window that ends where the last segment does, and one a byte shorter. */
static void test_window_is_exact(void **state)
{
	uint64_t end = DATA + sizeof(((struct file *)0)->data) + BSS;
	struct elf_image image;
	struct error err;
	struct file file;

	(void)state;
	make(&file);
	assert_int_equal(load_at(&image, &file, sizeof(file), START, end, &err),
			 0);
	assert_int_equal(
		load_at(&image, &file, sizeof(file), START, end - 1, &err), -1);
	assert_int_equal(
		load_at(&image, &file, sizeof(file), START + 1, end, &err), -1);
}

static void test_empty_segment_is_ignored(void **state)
{
	struct elf_image image;
	struct file file;

	(void)state;
	make(&file);
	file.phdr[1].p_vaddr = 0;
	assert_int_equal(load(&image, &file, sizeof(file)), -1);
	file.phdr[1].p_filesz = file.phdr[1].p_memsz = 0;
	assert_int_equal(load(&image, &file, sizeof(file)), 0);
}

static void test_entry_at_edges(void **state)
{
	struct elf_image image;
	struct file file;

	(void)state;
	make(&file);
	file.header.e_entry = TEXT;
	assert_int_equal(load(&image, &file, sizeof(file)), 0);
	file.header.e_entry = TEXT + sizeof(file.text) - 1;
	assert_int_equal(load(&image, &file, sizeof(file)), 0);
	assert_int_equal(image.entry, file.header.e_entry);
}

/* --- malformed files ------------------------------------------------------ */

#define OUTSIDE_FILE "payload segment lies outside the file"
#define BAD_PHDRS    "payload has bad program headers"
#define BAD_ENTRY    "payload's entry point is not in its code"
#define NOT_X86	     "payload is not for x86-64"

static const struct malformation {
	size_t offset; /* in struct file */
	size_t size;
	uint64_t value; /* to put there */
	const char *error; /* what elf_load() says begins like this */
} malformations[] = {
#define SET(field, value, error)                                        \
	{                                                               \
		offsetof(struct file, field),                           \
			sizeof(((struct file *)0)->field), value, error \
	}
	SET(header.e_ident[EI_MAG0], 0x7e, "payload is not an ELF file"),
	SET(header.e_ident[EI_MAG3], 'f', "payload is not an ELF file"),
	SET(header.e_ident[EI_CLASS], ELFCLASS32, NOT_X86),
	SET(header.e_ident[EI_DATA], ELFDATA2MSB, NOT_X86),
	SET(header.e_machine, EM_386, NOT_X86),
	SET(header.e_machine, EM_AARCH64, NOT_X86),
	SET(header.e_type, ET_DYN, "payload is not a static executable"),
	SET(header.e_type, ET_REL, "payload is not a static executable"),
	SET(header.e_phentsize, sizeof(Elf64_Phdr) - 1, BAD_PHDRS),
	SET(header.e_phentsize, sizeof(Elf64_Phdr) + 8, BAD_PHDRS),
	SET(header.e_phnum, 0, BAD_PHDRS),
	SET(header.e_phnum, 0xffff, BAD_PHDRS),
	SET(header.e_phoff, sizeof(struct file), BAD_PHDRS),
	SET(header.e_phoff, sizeof(struct file) - 3 * sizeof(Elf64_Phdr) + 1,
	    BAD_PHDRS),
	SET(header.e_phoff, UINT64_MAX, BAD_PHDRS),
	SET(header.e_phoff, UINT64_MAX - 3 * sizeof(Elf64_Phdr) + 1, BAD_PHDRS),
	SET(header.e_entry, TEXT - 1, BAD_ENTRY),
	SET(header.e_entry, TEXT + 64, BAD_ENTRY),
	SET(header.e_entry, DATA, BAD_ENTRY),
	SET(header.e_entry, 0, BAD_ENTRY),
	SET(header.e_entry, UINT64_MAX, BAD_ENTRY),
	SET(phdr[0].p_flags, PF_R, BAD_ENTRY),
	SET(phdr[0].p_type, PT_NOTE, BAD_ENTRY),
	SET(phdr[0].p_filesz, 4, BAD_ENTRY),
	SET(phdr[0].p_offset, sizeof(struct file) - 63, OUTSIDE_FILE),
	SET(phdr[0].p_offset, UINT64_MAX, OUTSIDE_FILE),
	SET(phdr[0].p_offset, UINT64_MAX - 63, OUTSIDE_FILE),
	SET(phdr[0].p_filesz, 65, OUTSIDE_FILE),
	SET(phdr[1].p_memsz, 15, OUTSIDE_FILE),
	SET(phdr[1].p_filesz, UINT64_MAX, OUTSIDE_FILE),
	SET(phdr[1].p_vaddr, START - 1, "payload segment at 0xfffff lies"),
	SET(phdr[1].p_vaddr, 0, "payload segment at 0x0 lies"),
	SET(phdr[1].p_vaddr, END, "payload segment at 0x104000 lies"),
	SET(phdr[1].p_vaddr, END - 16 - BSS + 1, "payload segment at 0x103fc1"),
	SET(phdr[1].p_vaddr, END + 1, "payload segment at 0x104001 lies"),
	SET(phdr[1].p_vaddr, UINT64_MAX - 8,
	    "payload segment at 0xfffffffffffffff7 lies"),
	SET(phdr[1].p_memsz, END - DATA + 1, "payload segment at 0x101000"),
	SET(phdr[1].p_memsz, UINT64_MAX, "payload segment at 0x101000"),
	SET(phdr[1].p_memsz, UINT64_MAX - DATA + 1,
	    "payload segment at 0x101000"),
#undef SET
};

static void test_malformed(void **state)
{
	const struct malformation *m;
	struct elf_image image;
	struct error err;
	struct file file;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(malformations); i++) {
		m = &malformations[i];
		make(&file);
		memcpy((char *)&file + m->offset, &m->value, m->size);
		strcpy(err.text, "none");
		if (!load_at(&image, &file, sizeof(file), START, END, &err) ||
		    strncmp(err.text, m->error, strlen(m->error)))
			fail_msg("malformation %zu: '%s' instead of '%s'", i,
				 err.text, m->error);
	}
}

static void test_no_load_segment(void **state)
{
	struct elf_image image;
	struct error err;
	struct file file;

	(void)state;
	make(&file);
	file.phdr[0].p_type = file.phdr[1].p_type = PT_NULL;
	assert_int_equal(load_at(&image, &file, sizeof(file), START, END, &err),
			 -1);
	assert_string_equal(err.text, BAD_ENTRY);
}

/* --- symbols -------------------------------------------------------------- */

static struct elf_image image_of(const struct file *file)
{
	return (struct elf_image){
		.data = (const unsigned char *)file,
		.size = sizeof(*file),
	};
}

static void expect_symbol(const struct file *file, uint64_t address,
			  const char *expected)
{
	struct elf_image image = image_of(file);
	char text[64];

	elf_symbolize(&image, address, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_symbolizes(void **state)
{
	struct file file;

	(void)state;
	make(&file);
	expect_symbol(&file, TEXT, "0x100000"); /* before the first symbol */
	expect_symbol(&file, TEXT + 7, "0x100007");
	expect_symbol(&file, TEXT + 8, "label+0x0");
	expect_symbol(&file, TEXT + 15, "label+0x7");
	expect_symbol(&file, TEXT + 16, "sized+0x0");
	expect_symbol(&file, TEXT + 19, "sized+0x3");
	expect_symbol(&file, TEXT + 20, "inner+0x0"); /* the nearest */
	expect_symbol(&file, TEXT + 23, "inner+0x3");
	expect_symbol(&file, TEXT + 24, "sized+0x8"); /* inner has ended */
	expect_symbol(&file, TEXT + 31, "sized+0xf");
	expect_symbol(&file, TEXT + 32, "label+0x18"); /* a label never does */
	expect_symbol(&file, TEXT + 63, "label+0x37");
	expect_symbol(&file, TEXT + 64, "0x100040"); /* but the section does */
	expect_symbol(&file, DATA, "0x101000"); /* no code */
	expect_symbol(&file, 0, "0x0");
	expect_symbol(&file, UINT64_MAX, "0xffffffffffffffff");
}

static void test_symbolize_truncates(void **state)
{
	struct elf_image image;
	struct file file;
	char text[6] = "zzzzz";

	(void)state;
	make(&file);
	image = image_of(&file);
	elf_symbolize(&image, TEXT + 16, text, sizeof(text));
	assert_string_equal(text, "sized");
}

static void test_finds_symbols(void **state)
{
	uint64_t address = 1, size = 1;
	struct elf_image image;
	struct file file;

	(void)state;
	make(&file);
	image = image_of(&file);
	assert_int_equal(elf_find_symbol(&image, "sized", &address, &size), 0);
	assert_int_equal(address, TEXT + 16);
	assert_int_equal(size, 16);
	assert_int_equal(elf_find_symbol(&image, "label", &address, &size), 0);
	assert_int_equal(address, TEXT + 8);
	assert_int_equal(size, 0);
	assert_int_equal(elf_find_symbol(&image, "missing", &address, &size),
			 -1);
	assert_int_equal(elf_find_symbol(&image, "size", &address, &size), -1);
	assert_int_equal(elf_find_symbol(&image, "sized2", &address, &size),
			 -1);
}

static const struct malformation corruptions[] = {
#define SET(field, value)                                              \
	{                                                              \
		offsetof(struct file, field),                          \
			sizeof(((struct file *)0)->field), value, NULL \
	}
	SET(header.e_shentsize, sizeof(Elf64_Shdr) + 1),
	SET(header.e_shnum, 0),
	SET(header.e_shnum, SECTION_SYMBOLS),
	SET(header.e_shnum, SECTION_NAMES),
	SET(header.e_shnum, 0xffff),
	SET(header.e_shoff, sizeof(struct file) - 1),
	SET(header.e_shoff, UINT64_MAX),
	SET(section[SECTION_SYMBOLS].sh_type, SHT_DYNSYM),
	SET(section[SECTION_SYMBOLS].sh_link, SECTIONS),
	SET(section[SECTION_SYMBOLS].sh_link, UINT32_MAX),
	SET(section[SECTION_SYMBOLS].sh_link, SECTION_TEXT),
	SET(section[SECTION_SYMBOLS].sh_offset, UINT64_MAX),
	SET(section[SECTION_SYMBOLS].sh_offset, sizeof(struct file)),
	SET(section[SECTION_SYMBOLS].sh_size, UINT64_MAX),
	SET(section[SECTION_SYMBOLS].sh_size, sizeof(Elf64_Sym) - 1),
	SET(section[SECTION_SYMBOLS].sh_size, 0),
	SET(section[SECTION_NAMES].sh_type, SHT_NOBITS),
	SET(section[SECTION_NAMES].sh_size, 0),
	SET(section[SECTION_NAMES].sh_size, 15), /* ends in "sized" */
	SET(section[SECTION_NAMES].sh_size, UINT64_MAX),
	SET(section[SECTION_NAMES].sh_offset, UINT64_MAX),
	SET(section[SECTION_NAMES].sh_offset, sizeof(struct file) - 39),
	SET(names[39], 'x'), /* not terminated */
	SET(symbol[SYMBOL_SIZED].st_name, 40),
	SET(symbol[SYMBOL_SIZED].st_name, UINT32_MAX),
	SET(symbol[SYMBOL_SIZED].st_name, 0), /* the empty name */
#undef SET
};

/* Neither way finds "sized" then, nor reads outside the file. */
static void test_corrupt_symbols(void **state)
{
	const struct malformation *c;
	struct elf_image image;
	uint64_t address, size;
	struct file file;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(corruptions); i++) {
		c = &corruptions[i];
		make(&file);
		memcpy((char *)&file + c->offset, &c->value, c->size);
		image = image_of(&file);
		elf_symbolize(&image, TEXT + 16, text, sizeof(text));
		if (!strncmp(text, "sized", 5) ||
		    !elf_find_symbol(&image, "sized", &address, &size))
			fail_msg("corruption %zu is not noticed: %s", i, text);
	}
}

/* Of an empty string table there is no last byte to look at. */
static void test_empty_names(void **state)
{
	struct file *file = malloc(sizeof(*file));

	(void)state;
	assert_non_null(file);
	make(file);
	file->section[SECTION_NAMES].sh_offset = 0;
	file->section[SECTION_NAMES].sh_size = 0;
	expect_symbol(file, TEXT + 16, "0x100010");
	free(file);
}

/* A symbol that is no code, or of no section, names no address. */
static void test_symbol_must_be_code(void **state)
{
	struct file file;

	(void)state;
	make(&file);
	file.symbol[SYMBOL_SIZED].st_info = ELF64_ST_INFO(STB_LOCAL, STT_FILE);
	expect_symbol(&file, TEXT + 16, "label+0x8");
	make(&file);
	file.symbol[SYMBOL_SIZED].st_shndx = SHN_ABS;
	expect_symbol(&file, TEXT + 16, "label+0x8");
	make(&file);
	file.symbol[SYMBOL_SIZED].st_shndx = SECTION_DATA;
	expect_symbol(&file, TEXT + 16, "label+0x8");
	make(&file);
	file.symbol[SYMBOL_SIZED].st_name = 0; /* the empty name */
	expect_symbol(&file, TEXT + 16, "label+0x8");
	make(&file);
	file.symbol[SYMBOL_OBJECT].st_info =
		ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE);
	expect_symbol(&file, DATA, "0x101000"); /* a label of data */
	make(&file);
	file.symbol[SYMBOL_SIZED].st_size = UINT64_MAX;
	expect_symbol(&file, TEXT + 63, "sized+0x2f");
}

/* --- any length, any byte ------------------------------------------------- */

static void symbolize_some(const struct elf_image *image)
{
	static const uint64_t addresses[] = { 0,
					      START,
					      START + 0x100,
					      START + 0x500,
					      ABI_IMAGE_END - 1,
					      UINT64_MAX };
	uint64_t address, size;
	char text[32];

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		elf_symbolize(image, addresses[i], text, sizeof(text));
		assert_in_range(strlen(text), 1, sizeof(text) - 1);
	}
	elf_find_symbol(image, "irq_timed", &address, &size);
}

/* Files are cut where the last segment's bytes end: these are the last. */
static void test_every_length_of_small_file(void **state)
{
	struct elf_image image;
	unsigned char *copy;
	struct file file;
	int ret;

	(void)state;
	make(&file);
	for (size_t size = 0; size <= sizeof(file); size++) {
		copy = malloc(size ? size : 1);
		assert_non_null(copy);
		memcpy(copy, &file, size);
		ret = load(&image, size ? copy : NULL, size);
		assert_int_equal(ret, size < sizeof(file) ? -1 : 0);
		symbolize_some(&image);
		free(copy);
	}
}

static const char payload_path[] = BINARY_DIR "/payloads/exit-cpuid.stripped";

static void test_loads_payload(void **state)
{
	static const char *const paths[] = { BINARY_DIR
					     "/payloads/exit-cpuid.elf",
					     payload_path };
	struct elf_image image;
	uint64_t address, size;
	struct error err;
	size_t length;
	char text[64];
	char *data;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		data = read_file(paths[i], &length);
		assert_non_null(data);
		assert_int_equal(load_at(&image, data, length, ABI_IMAGE_GPA,
					 ABI_IMAGE_END, &err),
				 0);
		assert_int_equal(image.entry, ABI_IMAGE_GPA);
		assert_int_equal(
			elf_find_symbol(&image, "payload", &address, &size), 0);
		assert_true(size > 0);
		elf_symbolize(&image, address + 1, text, sizeof(text));
		assert_string_equal(text, "payload+0x1");
		elf_symbolize(&image, image.entry + 2, text, sizeof(text));
		assert_string_equal(text, "start+0x2");
		free(data);
	}
}

static void test_every_length_of_payload(void **state)
{
	struct elf_image image;
	size_t length, loaded = 0;
	unsigned char *copy;
	struct error err;
	char *data;

	(void)state;
	data = read_file(payload_path, &length);
	assert_non_null(data);
	for (size_t size = 0; size < length; size++) {
		copy = malloc(size ? size : 1);
		assert_non_null(copy);
		memcpy(copy, data, size);
		loaded += !load_at(&image, copy, size, ABI_IMAGE_GPA,
				   ABI_IMAGE_END, &err);
		symbolize_some(&image);
		free(copy);
	}
	/* Symbols and section headers stand at the end and are optional. */
	assert_in_range(loaded, 1, length / 2);
	free(data);
}

static void mutate(unsigned char *data, size_t length, size_t at,
		   unsigned char *memory)
{
	const unsigned char original = data[at];
	const unsigned char values[] = {
		0, 0xff, original ^ 0x01, original ^ 0x80, original + 1,
	};
	struct elf_image image;
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		data[at] = values[i];
		elf_load(&image, data, length, memory, ABI_IMAGE_GPA,
			 ABI_IMAGE_END, &err);
		symbolize_some(&image);
	}
	data[at] = original;
}

/* Loaded or refused, but never an access outside file or memory. */
static void test_every_byte_of_payload(void **state)
{
	unsigned char *data, *memory, *exact;
	struct elf_image image;
	struct error err;
	size_t length;

	(void)state;
	data = (unsigned char *)read_file(payload_path, &length);
	assert_non_null(data);
	memory = xcalloc(1, ABI_IMAGE_END - ABI_IMAGE_GPA);
	exact = malloc(length);
	assert_non_null(exact);
	memcpy(exact, data, length);
	for (size_t at = 0; at < length; at++)
		mutate(exact, length, at, memory);
	assert_memory_equal(exact, data, length);
	assert_int_equal(elf_load(&image, exact, length, memory, ABI_IMAGE_GPA,
				  ABI_IMAGE_END, &err),
			 0);
	free(exact);
	free(memory);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_window_is_exact),
		cmocka_unit_test(test_empty_segment_is_ignored),
		cmocka_unit_test(test_entry_at_edges),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_no_load_segment),
		cmocka_unit_test(test_symbolizes),
		cmocka_unit_test(test_symbolize_truncates),
		cmocka_unit_test(test_finds_symbols),
		cmocka_unit_test(test_corrupt_symbols),
		cmocka_unit_test(test_empty_names),
		cmocka_unit_test(test_symbol_must_be_code),
		cmocka_unit_test(test_every_length_of_small_file),
		cmocka_unit_test(test_loads_payload),
		cmocka_unit_test(test_every_length_of_payload),
		cmocka_unit_test(test_every_byte_of_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
