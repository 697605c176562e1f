// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/fetch-guest.h"
#include "bench/host-db.h"
#include "harness/breakpoint.h"

/* What the system call reads: one page, each in a cache line of its own. */
struct words {
	_Alignas(64) uint32_t twin;
	_Alignas(64) uint32_t watched;
};

struct host_db {
	bool from_run_loop;
	struct breakpoint breakpoint; /* armed as long as the op is there */
	_Alignas(4096) struct words words; /* of from=syscall */
	struct fetch_guest guest; /* of from=run-loop */
};

/* --- from=syscall --------------------------------------------------------- */

/*
 * FUTEX_WAIT for a value that the word does not have: the kernel reads the word
 * once, by one instruction, and returns.
 */
static long read_word(const uint32_t *word)
{
	return syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
}

static int check_read(long ret, struct error *err)
{
	if (ret < 0 && errno == EAGAIN)
		return 0;
	return ret < 0 ? error_set_errno(err, "FUTEX_WAIT failed")
		       : error_set(err, "FUTEX_WAIT waited");
}

/* Each timed call after one that nobody watches: both find the same caches. */
static int syscall_once(struct host_context *context, struct host_db *db,
			struct error *err)
{
	uint64_t twin = 0;
	long ret;

	if (context->timed) {
		read_word(&db->words.twin);
		HOST_TIMED(context, ret = read_word(&db->words.twin));
		twin = context->ticks;
		if (check_read(ret, err))
			return -1;
		read_word(&db->words.twin);
	}
	HOST_TIMED(context, ret = read_word(&db->words.watched));
	host_difference(context, context->ticks, twin);
	return check_read(ret, err);
}

/* --- from=run-loop -------------------------------------------------------- */

static int run_loop_once(struct host_context *context, struct host_db *db,
			 struct error *err)
{
	struct fetch_times times;

	if (fetch_guest_run(&db->guest, &times, err))
		return -1;
	context->userspace_exits++;
	host_difference(context, times.watched, times.twin);
	return 0;
}

/* --- both ----------------------------------------------------------------- */

static int once(struct host_context *context, struct error *err)
{
	struct host_db *db = context->data;

	return db->from_run_loop ? run_loop_once(context, db, err)
				 : syscall_once(context, db, err);
}

static void close_all(struct host_context *context)
{
	struct host_db *db = context->data;

	breakpoint_close(&db->breakpoint);
	if (db->from_run_loop)
		fetch_guest_stop(&db->guest);
	free(db);
}

/* How often does one op hit @byte? First, whether anything does. */
static int try_op(struct host_context *context, const void *byte,
		  uint64_t *hits, struct error *err)
{
	struct host_db *db = context->data;
	uint64_t before;

	(void)*(const volatile unsigned char *)byte;
	if (breakpoint_hits(&db->breakpoint, &before, err))
		return -1;
	if (!before) {
		error_set(err, "hardware breakpoints do not fire here");
		return BENCH_SKIP;
	}
	context->timed = false;
	if (once(context, err) || breakpoint_hits(&db->breakpoint, hits, err))
		return -1;
	*hits -= before;
	return 0;
}

static int arm(struct host_context *context, const void *byte, uint64_t *hits,
	       struct error *err)
{
	struct host_db *db = context->data;

	if (breakpoint_open(&db->breakpoint, context->perf, byte, err))
		return BENCH_SKIP;
	return try_op(context, byte, hits, err);
}

static int start_syscall(struct host_context *context, struct error *err)
{
	const struct host_db *db = context->data;
	uint64_t hits;
	int ret = arm(context, &db->words.watched, &hits, err);

	if (ret || hits)
		return ret;
	error_set(err, "the breakpoint does not fire in the kernel");
	return BENCH_SKIP;
}

static int try_way(struct host_context *context, enum fetch_way_id way,
		   uint64_t *hits, struct error *err)
{
	struct host_db *db = context->data;
	int ret;

	ret = fetch_guest_start(&db->guest, context->vm, way, context->arg,
				err);
	if (ret)
		return ret;
	db->from_run_loop = true;
	ret = arm(context, fetch_guest_watched(&db->guest), hits, err);
	if (!ret && *hits == 1)
		return 0;
	breakpoint_close(&db->breakpoint);
	fetch_guest_stop(&db->guest);
	db->from_run_loop = false;
	return ret;
}

/* The first way in which KVM reads the instruction exactly once. */
static int start_run_loop(struct host_context *context, struct error *err)
{
	uint64_t hits[FETCH_WAYS];
	int ret;

	for (enum fetch_way_id way = 0; way < FETCH_WAYS; way++) {
		ret = try_way(context, way, &hits[way], err);
		if (ret || hits[way] == 1)
			return ret;
	}
	error_set(err,
		  "KVM reads an OUTS %" PRIu64 " times and a store %" PRIu64
		  " times from guest memory, not once",
		  hits[FETCH_OUTS], hits[FETCH_STORE]);
	return BENCH_SKIP;
}

static struct host_db *alloc_zeroed(void)
{
	struct host_db *db =
		aligned_alloc(_Alignof(struct host_db), sizeof(struct host_db));

	if (db)
		memset(db, 0, sizeof(*db));
	return db;
}

static int start(struct host_context *context, struct error *err)
{
	int ret;

	context->data = alloc_zeroed();
	if (!context->data)
		return error_set(err, "out of memory");
	if (context->arg[ABI_ARG_HOST] == HOST_DB_RUN_LOOP)
		ret = start_run_loop(context, err);
	else
		ret = start_syscall(context, err);
	if (ret)
		close_all(context);
	return ret;
}

static int count_hits(struct host_context *context, uint64_t *hits,
		      struct error *err)
{
	const struct host_db *db = context->data;

	return breakpoint_hits(&db->breakpoint, hits, err);
}

const struct host_op host_db_op = {
	.start = start,
	.op = once,
	.count = count_hits,
	.finish = close_all,
};
