/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpfm4, alone in its file: its headers bring a struct perf_event_attr of
 * their own, which cannot stand beside linux/perf_event.h. Both are the
 * kernel's ABI, in which newer ones only append members.
 */
#ifndef VMB_PFM_ENCODE_H
#define VMB_PFM_ENCODE_H

#include "error.h"

struct perf_event_attr;

/*
 * Encode event @name for perf_event_open() into @attr, zeroed by the caller,
 * but for attr->size. @text: the event in full, which the caller frees. -1,
 * @err: the event's name and libpfm4's text.
 */
int pfm_encode(const char *name, struct perf_event_attr *attr, char **text,
	       struct error *err);

#endif
