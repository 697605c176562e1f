// SPDX-License-Identifier: GPL-2.0-or-later
/* The state a guest starts in, read as the CPU would read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot.h"
#include "guest/abi.h"
#include "guest/segments.h"
#include "util.h"

#define PAGE	 4096u
#define TWO_MIB	 (1ull << 21)
#define GPA	 0x10000u
#define PRESENT	 (1u << 0)
#define WRITE	 (1u << 1)
#define USER	 (1u << 2)
#define LARGE	 (1u << 7)
#define FLAGS	 0xfffu
#define EXPECTED (PRESENT | WRITE | USER)

static uint64_t entry(const unsigned char *tables, uint64_t table_gpa,
		      unsigned int index)
{
	uint64_t value, offset = table_gpa - GPA;

	assert_true(table_gpa >= GPA);
	assert_true(offset + PAGE <= BOOT_TABLES_SIZE);
	memcpy(&value, tables + offset + index * sizeof(value), sizeof(value));
	return value;
}

/* SDM vol. 3, 4.5: false when @address is not mapped. */
static bool translate(const unsigned char *tables, uint64_t address,
		      uint64_t *physical)
{
	uint64_t e = GPA;

	for (int shift = 39; shift >= 21; shift -= 9) {
		e = entry(tables, e & ~(uint64_t)FLAGS, address >> shift & 511);
		if (!(e & PRESENT))
			return false;
		assert_int_equal(e & FLAGS & ~LARGE, EXPECTED);
		assert_int_equal(!!(e & LARGE), shift == 21);
	}
	assert_int_equal(e >> 52, 0); /* executable, no ignored bits */
	*physical = (e & ~(uint64_t)FLAGS) + (address & (TWO_MIB - 1));
	return true;
}

static unsigned char *make_tables(void)
{
	unsigned char *tables = malloc(BOOT_TABLES_SIZE);

	assert_non_null(tables);
	memset(tables, 0xff, BOOT_TABLES_SIZE); /* all must be written */
	boot_page_tables(tables, GPA);
	return tables;
}

static void test_maps_identity(void **state)
{
	unsigned char *tables = make_tables();
	uint64_t physical, address;

	(void)state;
	for (uint64_t page = 0; page < BOOT_GIB * 512; page++) {
		address = page * TWO_MIB + 0x12345;
		assert_true(translate(tables, address, &physical));
		assert_int_equal(physical, address);
	}
	free(tables);
}

/* The same once more, with the sign bit set. */
static void test_maps_high(void **state)
{
	unsigned char *tables = make_tables();
	uint64_t physical, address;

	(void)state;
	assert_true(ABI_HIGH_BASE >> 47 == 0x1ffff); /* canonical */
	for (uint64_t page = 0; page < BOOT_GIB * 512; page++) {
		address = page * TWO_MIB + 0x12345;
		assert_true(
			translate(tables, ABI_HIGH_BASE + address, &physical));
		assert_int_equal(physical, address);
	}
	free(tables);
}

static void test_maps_nothing_else(void **state)
{
	static const uint64_t addresses[] = {
		(uint64_t)BOOT_GIB << 30,
		(uint64_t)(BOOT_GIB + 1) << 30,
		511ull << 30,
		1ull << 39,
		255ull << 39,
		ABI_HIGH_BASE + ((uint64_t)BOOT_GIB << 30),
		ABI_HIGH_BASE + (1ull << 39),
		UINT64_MAX,
	};
	unsigned char *tables = make_tables();
	uint64_t physical;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		assert_false(translate(tables, addresses[i], &physical));
	free(tables);
}

/* The tables fit where abi.h puts them. */
static void test_fits_layout(void **state)
{
	(void)state;
	assert_true(ABI_TABLES_GPA % PAGE == 0);
	assert_true(ABI_TABLES_GPA >=
		    ABI_SHARED_GPA + sizeof(struct abi_shared));
	assert_true(ABI_TABLES_GPA + BOOT_TABLES_SIZE <= ABI_IMAGE_GPA);
}

static void check_data(const struct kvm_segment *segment)
{
	assert_int_equal(segment->base, 0);
	assert_int_equal(segment->limit, UINT32_MAX);
	assert_int_equal(segment->selector, KERNEL_SS);
	assert_int_equal(segment->type, 3);
	assert_int_equal(segment->present, 1);
	assert_int_equal(segment->dpl, 0);
	assert_int_equal(segment->s, 1);
	assert_int_equal(segment->db, 1);
	assert_int_equal(segment->l, 0);
	assert_int_equal(segment->g, 1);
	assert_int_equal(segment->unusable, 0);
}

static void test_segments(void **state)
{
	struct kvm_sregs sregs;

	(void)state;
	memset(&sregs, 0xff, sizeof(sregs));
	boot_sregs(&sregs, GPA);
	assert_int_equal(sregs.cs.base, 0);
	assert_int_equal(sregs.cs.selector, KERNEL_CS);
	assert_int_equal(sregs.cs.type, 11);
	assert_int_equal(sregs.cs.present, 1);
	assert_int_equal(sregs.cs.dpl, 0);
	assert_int_equal(sregs.cs.s, 1);
	assert_int_equal(sregs.cs.l, 1);
	assert_int_equal(sregs.cs.db, 0); /* with l, it must be */
	assert_int_equal(sregs.cs.g, 1);
	assert_int_equal(sregs.cs.unusable, 0);
	check_data(&sregs.ds);
	check_data(&sregs.es);
	check_data(&sregs.fs);
	check_data(&sregs.gs);
	check_data(&sregs.ss);
}

/* SDM vol. 3, 10.8.5: 64-bit mode needs PE, PG, PAE, LME and LMA. */
static void test_control_registers(void **state)
{
	struct kvm_sregs sregs;

	(void)state;
	memset(&sregs, 0xff, sizeof(sregs));
	boot_sregs(&sregs, GPA);
	assert_int_equal(sregs.cr0, 0x80010033); /* PG WP NE ET MP PE */
	assert_int_equal(sregs.cr3, GPA);
	assert_int_equal(sregs.cr4, 0x20); /* PAE */
	assert_int_equal(sregs.efer, 0x500); /* LMA LME */
}

/* What is KVM's own stays: the APIC's base, the task and the tables. */
static void test_leaves_the_rest(void **state)
{
	struct kvm_sregs before, after;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	after = before;
	boot_sregs(&after, GPA);
	assert_int_equal(after.apic_base, before.apic_base);
	assert_int_equal(after.cr8, before.cr8);
	assert_int_equal(after.cr2, before.cr2);
	assert_memory_equal(&after.tr, &before.tr, sizeof(before.tr));
	assert_memory_equal(&after.ldt, &before.ldt, sizeof(before.ldt));
	assert_memory_equal(&after.gdt, &before.gdt, sizeof(before.gdt));
	assert_memory_equal(&after.idt, &before.idt, sizeof(before.idt));
	assert_memory_equal(after.interrupt_bitmap, before.interrupt_bitmap,
			    sizeof(before.interrupt_bitmap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maps_identity),
		cmocka_unit_test(test_maps_high),
		cmocka_unit_test(test_maps_nothing_else),
		cmocka_unit_test(test_fits_layout),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_control_registers),
		cmocka_unit_test(test_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
