// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <unistd.h>

#include "kvm.h"
#include "kvm-stats.h"
#include "util.h"

static int read_at(int fd, void *to, size_t size, uint64_t offset,
		   struct error *err)
{
	ssize_t got = pread(fd, to, size, (off_t)offset);

	if (got < 0)
		return error_set_errno(err, "cannot read KVM's statistics");
	if ((size_t)got != size)
		return error_set(err,
				 "cannot read KVM's statistics: too short");
	return 0;
}

static void add_stat(struct kvm_stats *stats, int fd,
		     const struct kvm_stats_header *header,
		     const struct kvm_stats_desc *desc, const char *prefix,
		     const char *name)
{
	unsigned int type = desc->flags & KVM_STATS_TYPE_MASK;

	/* Histograms have no place in a per-op metric. */
	if (desc->size != 1 || stats->count == KVM_STATS_MAX)
		return;
	snprintf(stats->stat[stats->count].name, KVM_STATS_NAME_SIZE, "%s%.40s",
		 prefix, name);
	stats->stat[stats->count].fd = fd;
	stats->stat[stats->count].offset = header->data_offset + desc->offset;
	stats->stat[stats->count].cumulative = type ==
					       KVM_STATS_TYPE_CUMULATIVE;
	stats->count++;
}

static int add_all(struct kvm_stats *stats, int fd, const char *prefix,
		   struct error *err)
{
	struct kvm_stats_header header;
	/* The name follows the descriptor: name_size bytes, with its NUL. */
	union {
		struct kvm_stats_desc desc;
		char bytes[sizeof(struct kvm_stats_desc) + 256];
	} entry;
	uint64_t entry_size, offset;

	if (read_at(fd, &header, sizeof(header), 0, err))
		return -1;
	entry_size = sizeof(entry.desc) + header.name_size;
	if (entry_size >= sizeof(entry))
		return error_set(err, "KVM's statistics have names of %u bytes",
				 header.name_size);
	for (uint32_t i = 0; i < header.num_desc; i++) {
		offset = header.desc_offset + i * entry_size;
		memset(&entry, 0, sizeof(entry));
		if (read_at(fd, &entry, entry_size, offset, err))
			return -1;
		add_stat(stats, fd, &header, &entry.desc, prefix,
			 entry.bytes + sizeof(entry.desc));
	}
	return 0;
}

int kvm_stats_add(struct kvm_stats *stats, int fd, const char *prefix,
		  struct error *err)
{
	int stats_fd = kvm_try_value(fd, KVM_GET_STATS_FD, 0);

	/* Linux before 5.14 knows no such ioctl, of a VM and of a vCPU. */
	if (stats_fd < 0 && (errno == ENOTTY || errno == EINVAL))
		return 0;
	if (stats_fd < 0)
		return error_set_errno(err, "KVM refused 'KVM_GET_STATS_FD'");
	if (stats->nr_fds == KVM_STATS_FDS) {
		close(stats_fd);
		return error_set(err, "too many vCPUs for statistics");
	}
	stats->fd[stats->nr_fds++] = stats_fd;
	return add_all(stats, stats_fd, prefix, err);
}

/*
 * One pread a statistic would be 60 system calls; the values of a descriptor
 * lie side by side, so read the span they cover.
 */
static int read_span(const struct kvm_stats *stats, int fd,
		     struct kvm_stats_values *values, struct error *err)
{
	uint64_t span[1024], first = UINT64_MAX, last = 0;

	for (int i = 0; i < stats->count; i++) {
		if (stats->stat[i].fd != fd)
			continue;
		if (stats->stat[i].offset < first)
			first = stats->stat[i].offset;
		if (stats->stat[i].offset > last)
			last = stats->stat[i].offset;
	}
	if (first > last)
		return 0;
	if (last - first > sizeof(span) - sizeof(span[0]))
		return error_set(err, "KVM's statistics cover %llu bytes",
				 (unsigned long long)(last - first));
	if (read_at(fd, span, last - first + sizeof(span[0]), first, err))
		return -1;
	for (int i = 0; i < stats->count; i++)
		if (stats->stat[i].fd == fd)
			memcpy(&values->value[i],
			       (char *)span + (stats->stat[i].offset - first),
			       sizeof(values->value[i]));
	return 0;
}

int kvm_stats_read(const struct kvm_stats *stats,
		   struct kvm_stats_values *values, struct error *err)
{
	for (int i = 0; i < stats->nr_fds; i++)
		if (read_span(stats, stats->fd[i], values, err))
			return -1;
	return 0;
}

int kvm_stats_find(const struct kvm_stats *stats, const char *name)
{
	for (int i = 0; i < stats->count; i++)
		if (!strcmp(stats->stat[i].name, name))
			return i;
	return -1;
}

void kvm_stats_close(struct kvm_stats *stats)
{
	for (int i = 0; i < stats->nr_fds; i++)
		close(stats->fd[i]);
	stats->nr_fds = 0;
	stats->count = 0;
}
