/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of model-specific registers that a host touches around a guest. */
#ifndef VMB_MSR_NAMES_H
#define VMB_MSR_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* "TSC_AUX", or "0xc0000103" where there is no name for it. */
void msr_name(uint32_t index, char *name, size_t size);

#endif
