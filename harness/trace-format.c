// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "trace-format.h"

static const char *const names[TRACE_POINTS] = {
	[TRACE_MSR_READ] = "msr:read_msr",
	[TRACE_MSR_WRITE] = "msr:write_msr",
	[TRACE_KVM_EXIT] = "kvm:kvm_exit",
	[TRACE_KVM_ENTRY] = "kvm:kvm_entry",
	[TRACE_NMI_HANDLER] = "nmi:nmi_handler",
};

static int read_ids(struct trace_format *format, int root,
		    enum trace_point first, enum trace_point last,
		    struct error *err)
{
	for (unsigned int i = first; i <= last; i++)
		if (tracefs_id(root, names[i], &format->id[i], err))
			return -1;
	return 0;
}

static int read_msr_format(struct trace_format *format, int root,
			   struct error *err)
{
	if (read_ids(format, root, TRACE_MSR_READ, TRACE_MSR_WRITE, err) ||
	    tracefs_field(root, names[TRACE_MSR_READ], "msr",
			  &format->msr[TRACE_MSR_READ], err) ||
	    tracefs_field(root, names[TRACE_MSR_WRITE], "msr",
			  &format->msr[TRACE_MSR_WRITE], err))
		return -1;
	format->usable[TRACE_MSR_READ] = true;
	format->usable[TRACE_MSR_WRITE] = true;
	return 0;
}

static int read_exit_format(struct trace_format *format, int root,
			    struct error *err)
{
	if (read_ids(format, root, TRACE_KVM_EXIT, TRACE_KVM_ENTRY, err) ||
	    tracefs_field(root, names[TRACE_KVM_EXIT], "exit_reason",
			  &format->exit_reason, err) ||
	    tracefs_field(root, names[TRACE_KVM_EXIT], "isa", &format->exit_isa,
			  err))
		return -1;
	format->usable[TRACE_KVM_EXIT] = true;
	format->usable[TRACE_KVM_ENTRY] = true;
	return 0;
}

static void read_nmi_format(struct trace_format *format, int root)
{
	const char *name = names[TRACE_NMI_HANDLER];
	struct error err;

	format->usable[TRACE_NMI_HANDLER] =
		!read_ids(format, root, TRACE_NMI_HANDLER, TRACE_NMI_HANDLER,
			  &err) &&
		!tracefs_field(root, name, "handler", &format->nmi_handler,
			       &err) &&
		!tracefs_field(root, name, "delta_ns", &format->nmi_ns, &err);
}

void trace_format_read(struct trace_format *format, int root, const char *why)
{
	struct error err;

	*format = (struct trace_format){ 0 };
	if (root < 0) {
		snprintf(format->msr_why, sizeof(format->msr_why), "%.127s",
			 why);
		snprintf(format->exit_why, sizeof(format->exit_why), "%.127s",
			 why);
		return;
	}
	if (read_msr_format(format, root, &err))
		snprintf(format->msr_why, sizeof(format->msr_why), "%.127s",
			 err.text);
	if (read_exit_format(format, root, &err))
		snprintf(format->exit_why, sizeof(format->exit_why), "%.127s",
			 err.text);
	read_nmi_format(format, root);
}

static bool add_msr(struct trace_tally *tally,
		    const struct trace_format *format, enum trace_point point,
		    const struct perf_sample *sample)
{
	uint64_t index;

	if (!tracefs_value(&format->msr[point], sample->raw, sample->raw_size,
			   &index))
		return false;
	if (point == TRACE_MSR_READ)
		msr_tally_read(&tally->msr, (uint32_t)index);
	else
		msr_tally_write(&tally->msr, (uint32_t)index);
	return true;
}

static bool add_exit(struct trace_tally *tally,
		     const struct trace_format *format,
		     const struct perf_sample *sample)
{
	uint64_t isa, reason;

	if (!tracefs_value(&format->exit_isa, sample->raw, sample->raw_size,
			   &isa) ||
	    !tracefs_value(&format->exit_reason, sample->raw, sample->raw_size,
			   &reason))
		return false;
	exit_tally_exit(&tally->exit, (uint32_t)isa, (uint32_t)reason,
			sample->time);
	return true;
}

static bool add_nmi(struct trace_tally *tally,
		    const struct trace_format *format,
		    const struct perf_sample *sample)
{
	uint64_t handler, ns;

	if (!tracefs_value(&format->nmi_handler, sample->raw, sample->raw_size,
			   &handler) ||
	    !tracefs_value(&format->nmi_ns, sample->raw, sample->raw_size,
			   &ns) ||
	    ns > INT64_MAX) /* the clock went back */
		return false;
	nmi_tally_add(&tally->nmi, handler, ns);
	return true;
}

static bool add_point(struct trace_tally *tally,
		      const struct trace_format *format, enum trace_point point,
		      const struct perf_sample *sample)
{
	switch (point) {
	case TRACE_KVM_ENTRY:
		exit_tally_entry(&tally->exit, sample->time);
		return true;
	case TRACE_KVM_EXIT:
		return add_exit(tally, format, sample);
	case TRACE_NMI_HANDLER:
		return add_nmi(tally, format, sample);
	default:
		return add_msr(tally, format, point, sample);
	}
}

static bool add(struct trace_tally *tally, const struct trace_format *format,
		const struct perf_sample *sample)
{
	/* common_type, which every record begins with */
	static const struct tracefs_field type = { .offset = 0, .size = 2 };
	uint64_t id;

	if (!tracefs_value(&type, sample->raw, sample->raw_size, &id))
		return false;
	for (unsigned int i = 0; i < TRACE_POINTS; i++) {
		if (format->usable[i] && format->id[i] == id)
			return add_point(tally, format, i, sample);
	}
	return false;
}

void trace_tally_add(struct trace_tally *tally,
		     const struct trace_format *format,
		     const struct perf_sample *sample)
{
	tally->samples++;
	tally->bad += !add(tally, format, sample);
}

void trace_tally_free(struct trace_tally *tally)
{
	exit_tally_free(&tally->exit);
	nmi_tally_free(&tally->nmi);
}
