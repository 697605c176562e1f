/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin uses of QEMU: its plugin interface, version 1 (QEMU 6.0 to
 * 8.x, docs/devel/tcg-plugins.rst), of which Debian ships no header, and a few
 * functions that the emulator exports besides. These are weak: the plugin says
 * so when an emulator does not have them.
 */
#ifndef VMB_QEMU_PLUGIN_V1_H
#define VMB_QEMU_PLUGIN_V1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT  __attribute__((visibility("default")))
#define QEMU_PLUGIN_VERSION 1

typedef uint64_t qemu_plugin_id_t;

struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
	QEMU_PLUGIN_CB_R_REGS,
	QEMU_PLUGIN_CB_RW_REGS,
};

extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const struct qemu_info *info,
					   int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(
	qemu_plugin_id_t id,
	void (*cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    void (*cb)(qemu_plugin_id_t id, void *data),
				    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
/* Where the host has the page that the instruction's first byte is in. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(
	struct qemu_plugin_insn *insn, void (*cb)(unsigned int cpu, void *data),
	enum qemu_plugin_cb_flags flags, void *data);

/* --- besides the plugin interface ----------------------------------------- */

/* glib's GByteArray, whose first members are public. */
struct byte_array {
	uint8_t *data;
	unsigned int len;
};

struct byte_array *g_byte_array_new(void) __attribute__((weak));
struct byte_array *g_byte_array_set_size(struct byte_array *array,
					 unsigned int length)
	__attribute__((weak));

/* target/i386/gdbstub.c: register @n in GDB's order, appended to @to. */
void *qemu_get_cpu(int index) __attribute__((weak));
int x86_cpu_gdb_read_register(void *cpu, struct byte_array *to, int n)
	__attribute__((weak));
/* softmmu/physmem.c */
void cpu_physical_memory_rw(uint64_t address, void *bytes, uint64_t n,
			    bool is_write) __attribute__((weak));

#endif
