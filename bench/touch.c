// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/mman.h>

#include "bench/touch.h"
#include "harness/kvm.h"
#include "harness/vm.h"

/* Ops of a pass: 16 MiB of pages for each, and some more for the warm-up. */
#define MAX_OPS 4096ul
#define PAGES	(ABI_WARM_UP_OPS + 2 * MAX_OPS)
#define SIZE	(PAGES * ABI_TOUCH_STRIDE)
#define SLOT	1 /* vm_create() uses slot 0 */

static void *map_pages(const struct bench_context *context)
{
	volatile unsigned char *pages =
		mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	/* A huge page would make one fault of 512. */
	madvise((void *)pages, SIZE, MADV_NOHUGEPAGE);
	if (context->arg[ABI_ARG_BACKING] == TOUCH_PRESENT)
		for (size_t i = 0; i < SIZE; i += ABI_TOUCH_STRIDE)
			pages[i] = 0;
	return (void *)pages;
}

int touch_map(struct bench_context *context, struct error *err)
{
	struct kvm_userspace_memory_region region = {
		.slot = SLOT,
		.guest_phys_addr = ABI_TOUCH_GPA,
		.memory_size = SIZE,
	};
	volatile struct abi_shared *shared = vm_shared(context->vm);

	context->data = map_pages(context);
	if (!context->data)
		return error_set_errno(err, "cannot allocate %lu MiB",
				       SIZE >> 20);
	region.userspace_addr = (uintptr_t)context->data;
	if (kvm_do(context->vm->fd, KVM_SET_USER_MEMORY_REGION, &region, err)) {
		munmap(context->data, SIZE);
		return -1;
	}
	if (shared->max_ops > MAX_OPS)
		shared->max_ops = MAX_OPS;
	return 0;
}

void touch_unmap(struct bench_context *context)
{
	munmap(context->data, SIZE);
}
