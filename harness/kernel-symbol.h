/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the running kernel's functions. */
#ifndef VMB_KERNEL_SYMBOL_H
#define VMB_KERNEL_SYMBOL_H

#include <stddef.h>
#include <stdint.h>

/*
 * The function that begins at @address, by a file of the form of
 * /proc/kallsyms: its name in @name, or "unknown-" and its low bits, where
 * the file does not tell it (kernel.kptr_restrict).
 */
void kernel_symbol(const char *kallsyms, uint64_t address, char *name,
		   size_t size);

#endif
