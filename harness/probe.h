/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device of the kernel module vmentry_probe (scripts/probe). */
#ifndef VMB_PROBE_H
#define VMB_PROBE_H

#include <stdint.h>

#include "error.h"
#include "scripts/probe/vmentry_probe.h"

struct probe {
	int fd; /* -1: not open */
	uint32_t flags; /* of struct vmentry_probe_info */
};

/*
 * Open @path, VMENTRY_PROBE_DEVICE but for tests. -1 and nothing to close when
 * there is no such device, or one that these requests are not for: @err says so.
 */
int probe_open(struct probe *probe, const char *path, struct error *err);
void probe_close(struct probe *probe);

/*
 * NMIs that the module's handler has seen since it was loaded, and how many of
 * them were somebody else's.
 */
int probe_nmis(const struct probe *probe, uint64_t *nmis, uint64_t *strays,
	       struct error *err);

/* The requests of vmentry_probe.h. -1 with @err set, and errno the kernel's. */
int probe_send(const struct probe *probe, struct vmentry_probe_nmi *nmi,
	       struct error *err);
int probe_train(const struct probe *probe,
		const struct vmentry_probe_train *train, struct error *err);
int probe_train_state(const struct probe *probe,
		      struct vmentry_probe_train_state *state,
		      struct error *err);
int probe_insn(const struct probe *probe, struct vmentry_probe_insn *insn,
	       struct error *err);

#endif
