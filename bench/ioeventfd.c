// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/ioeventfd.h"
#include "harness/kvm.h"
#include "harness/util.h"
#include "harness/vm.h"

struct listener {
	int fd;
	uint64_t signals;
};

static int check_support(const struct bench_context *context, struct error *err)
{
	const int kvm_fd = context->vm->kvm_fd;

	if (!kvm_has(kvm_fd, KVM_CAP_IOEVENTFD)) {
		error_set(err, "KVM has no ioeventfd");
		return BENCH_SKIP;
	}
	if (context->arg[ABI_ARG_MATCH] == IOEVENTFD_ANY_LENGTH &&
	    !kvm_has(kvm_fd, KVM_CAP_IOEVENTFD_ANY_LENGTH)) {
		error_set(err, "KVM has no ioeventfd for any length");
		return BENCH_SKIP;
	}
	return 0;
}

static int listen_at(struct bench_context *context, struct kvm_ioeventfd *where,
		     struct error *err)
{
	struct listener *listener;
	int fd, ret;

	ret = check_support(context, err);
	if (ret)
		return ret;
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return error_set_errno(err, "cannot create an eventfd");
	where->fd = fd;
	where->len = context->arg[ABI_ARG_MATCH] == IOEVENTFD_ANY_LENGTH ? 0
									 : 4;
	if (context->arg[ABI_ARG_MATCH] == IOEVENTFD_DATAMATCH) {
		where->flags |= KVM_IOEVENTFD_FLAG_DATAMATCH;
		where->datamatch = ABI_EVENT_DATA;
	}
	if (kvm_do(context->vm->fd, KVM_IOEVENTFD, where, err) < 0) {
		close(fd);
		return -1;
	}
	listener = xcalloc(1, sizeof(*listener));
	listener->fd = fd;
	context->data = listener;
	return 0;
}

int ioeventfd_pio(struct bench_context *context, struct error *err)
{
	struct kvm_ioeventfd where = {
		.addr = ABI_PORT_EVENT,
		.flags = KVM_IOEVENTFD_FLAG_PIO,
	};

	return listen_at(context, &where, err);
}

int ioeventfd_mmio(struct bench_context *context, struct error *err)
{
	struct kvm_ioeventfd where = { .addr = ABI_MMIO_EVENT_GPA };

	return listen_at(context, &where, err);
}

uint64_t ioeventfd_count(struct bench_context *context)
{
	struct listener *listener = context->data;
	uint64_t signals;

	/* Reading sets an eventfd to 0; EAGAIN when it is 0 already. */
	if (read(listener->fd, &signals, sizeof(signals)) == sizeof(signals))
		listener->signals += signals;
	return listener->signals;
}

void ioeventfd_close(struct bench_context *context)
{
	struct listener *listener = context->data;

	close(listener->fd);
	free(listener);
}
