// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever a machine sends, and in whatever pieces it comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/stream-read.h"
#include "util.h"

/* --- a sink that writes down what it gets --------------------------------- */

struct record {
	char *text; /* "o[text]f[path]d[bytes]x[text]" */
	size_t len, room;
	char fail_at; /* the frame whose sink fails; 0 for none */
	unsigned int calls;
};

static void put(struct record *r, const void *bytes, size_t n)
{
	if (r->room < r->len + n + 1) {
		r->room = 2 * (r->len + n + 1);
		r->text = xrealloc(r->text, r->room, 1);
	}
	memcpy(r->text + r->len, bytes, n);
	r->len += n;
	r->text[r->len] = '\0';
}

static int take(struct record *r, char type, const void *bytes, size_t n,
		struct error *err)
{
	r->calls++;
	if (r->fail_at == type)
		return error_set(err, "the sink of '%c' is full", type);
	put(r, &type, 1);
	put(r, "[", 1);
	put(r, bytes, n);
	put(r, "]", 1);
	return 0;
}

static int take_output(void *context, const char *text, size_t n,
		       struct error *err)
{
	return take(context, 'o', text, n, err);
}

static int take_file(void *context, const char *path, struct error *err)
{
	return take(context, 'f', path, strlen(path), err);
}

static int take_data(void *context, const void *bytes, size_t n,
		     struct error *err)
{
	return take(context, 'd', bytes, n, err);
}

static int take_exit(void *context, const char *text, struct error *err)
{
	return take(context, 'x', text, strlen(text), err);
}

static const struct lab_stream_sink sink = {
	.output = take_output,
	.file = take_file,
	.data = take_data,
	.exit = take_exit,
};

/* --- what a machine sends --------------------------------------------------- */

struct bytes {
	char *data;
	size_t n;
};

static void add(struct bytes *b, const void *bytes, size_t n)
{
	b->data = xrealloc(b->data, b->n + n, 1);
	if (n)
		memcpy(b->data + b->n, bytes, n);
	b->n += n;
}

static void add_text(struct bytes *b, const char *text)
{
	add(b, text, strlen(text));
}

static void add_header(struct bytes *b, char type, uint32_t n)
{
	const char header[] = { type, (char)n, (char)(n >> 8), (char)(n >> 16),
				(char)(n >> 24) };

	add(b, header, sizeof(header));
}

static void add_frame(struct bytes *b, char type, const void *bytes, size_t n)
{
	add_header(b, type, (uint32_t)n);
	add(b, bytes, n);
}

static void add_texts(struct bytes *b, char type, const char *text)
{
	add_frame(b, type, text, strlen(text));
}

/* A run's stream, as short as it can be with everything in it. */
static struct bytes a_run(void)
{
	struct bytes b = { 0 };

	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, LAB_FRAME_OUTPUT, "hello\n");
	add_texts(&b, LAB_FRAME_FILE, "summary.csv");
	add_texts(&b, LAB_FRAME_DATA, "a,b\n");
	add_texts(&b, LAB_FRAME_DATA, "");
	add_frame(&b, LAB_FRAME_DATA, "1\0,\xff\n", 5);
	add_texts(&b, LAB_FRAME_FILE, "plots/a b.svg");
	add_texts(&b, LAB_FRAME_EXIT, "0");
	return b;
}

static const char run_record[] = "o[hello\n]f[summary.csv]d[a,b\n]d[]d[1\0,"
				 "\xff\n]f[plots/a b.svg]x[0]";

/* A reader and its record. */
struct reading {
	struct lab_stream stream;
	struct record record;
	struct error err;
};

static struct reading *begin(void)
{
	struct reading *r = xcalloc(1, sizeof(*r));

	r->stream = LAB_STREAM(&sink, &r->record);
	put(&r->record, "", 0);
	return r;
}

static int feed(struct reading *r, const char *bytes, size_t n)
{
	return lab_stream_feed(&r->stream, bytes, n, &r->err);
}

static void drop(struct reading *r)
{
	lab_stream_free(&r->stream);
	free(r->record.text);
	free(r);
}

static void expect_run(struct reading *r)
{
	assert_true(r->stream.begun);
	assert_true(r->stream.ended);
	assert_int_equal(r->record.len, sizeof(run_record) - 1);
	assert_memory_equal(r->record.text, run_record, r->record.len);
	drop(r);
}

/* Fed in one piece: what the sink got, or the error, owned by the caller. */
static char *outcome(const struct bytes *b)
{
	struct reading *r = begin();
	char *text =
		xstrdup(feed(r, b->data, b->n) ? r->err.text : r->record.text);

	drop(r);
	return text;
}

static void expect_outcome(struct bytes *b, const char *expected)
{
	char *text = outcome(b);

	assert_string_equal(text, expected);
	free(text);
	free(b->data);
	*b = (struct bytes){ 0 };
}

/* --- pieces ------------------------------------------------------------------ */

static void test_whole(void **state)
{
	struct bytes b = a_run();
	struct reading *r = begin();

	(void)state;
	assert_int_equal(feed(r, b.data, b.n), 0);
	expect_run(r);
	free(b.data);
}

static void test_pieces_of_equal_size(void **state)
{
	struct bytes b = a_run();

	(void)state;
	for (size_t size = 1; size < b.n; size++) {
		struct reading *r = begin();

		for (size_t at = 0; at < b.n; at += size)
			assert_int_equal(feed(r, b.data + at,
					      size < b.n - at ? size
							      : b.n - at),
					 0);
		expect_run(r);
	}
	free(b.data);
}

static void test_split_everywhere(void **state)
{
	struct bytes b = a_run();

	(void)state;
	for (size_t first = 0; first <= b.n; first++)
		for (size_t second = first; second <= b.n; second++) {
			struct reading *r = begin();

			assert_int_equal(feed(r, b.data, first), 0);
			assert_int_equal(
				feed(r, b.data + first, second - first), 0);
			assert_int_equal(feed(r, b.data + second, b.n - second),
					 0);
			expect_run(r);
		}
	free(b.data);
}

static void test_nothing_is_taken_early(void **state)
{
	struct bytes b = { 0 };
	struct reading *r = begin();

	(void)state;
	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, LAB_FRAME_OUTPUT, "hello");
	assert_int_equal(feed(r, b.data, b.n - 1), 0);
	assert_int_equal(r->record.calls, 0);
	assert_int_equal(feed(r, b.data + b.n - 1, 1), 0);
	assert_string_equal(r->record.text, "o[hello]");
	drop(r);
	free(b.data);
}

static void test_nothing_at_all(void **state)
{
	struct reading *r = begin();

	(void)state;
	assert_int_equal(feed(r, "", 0), 0);
	assert_false(r->stream.begun);
	assert_false(r->stream.ended);
	drop(r);
}

/* --- before the magic ---------------------------------------------------------- */

static void expect_run_behind(const char *junk, size_t n)
{
	struct bytes run = a_run(), b = { 0 };

	add(&b, junk, n);
	add(&b, run.data, run.n);
	for (size_t split = 0; split <= n + 40; split++) {
		struct reading *r = begin();

		assert_int_equal(feed(r, b.data, split), 0);
		assert_int_equal(feed(r, b.data + split, b.n - split), 0);
		expect_run(r);
	}
	for (size_t size = 1; size < 8; size++) {
		struct reading *r = begin();

		for (size_t at = 0; at < b.n; at += size)
			assert_int_equal(feed(r, b.data + at,
					      size < b.n - at ? size
							      : b.n - at),
					 0);
		expect_run(r);
	}
	free(run.data);
	free(b.data);
}

#define EXPECT_RUN_BEHIND(text) expect_run_behind(text, sizeof(text) - 1)

static void test_junk_before_the_magic(void **state)
{
	(void)state;
	EXPECT_RUN_BEHIND("x");
	EXPECT_RUN_BEHIND("SeaBIOS (version 1.16.2)\n");
	EXPECT_RUN_BEHIND("\0\0\xff\x16\n");
	/* What looks like a frame is none before the magic. */
	EXPECT_RUN_BEHIND("x\1\0\0\0000");
}

static void test_almost_the_magic(void **state)
{
	(void)state;
	EXPECT_RUN_BEHIND("\x16");
	EXPECT_RUN_BEHIND("\x16\x16\x16");
	EXPECT_RUN_BEHIND("\x16vmentry-bench lab 1");
	EXPECT_RUN_BEHIND("\x16vmentry-bench lab 2\n");
	EXPECT_RUN_BEHIND("\x16vmentry-bench\x16vmentry-bench lab ");
	EXPECT_RUN_BEHIND("vmentry-bench lab 1\n");
}

static void test_junk_needs_no_memory(void **state)
{
	struct reading *r = begin();
	char junk[4096];

	(void)state;
	memset(junk, 0x16, sizeof(junk));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(feed(r, junk, sizeof(junk)), 0);
	assert_true(r->stream.room < 3 * sizeof(junk));
	assert_false(r->stream.begun);
	drop(r);
}

/* --- frames that are none ------------------------------------------------------ */

static void test_unknown_type(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, 'z', "what?");
	expect_outcome(&b, "the machine sent a frame of unknown type 0x7a");
	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, '\xff', "");
	expect_outcome(&b, "the machine sent a frame of unknown type 0xff");
}

static void test_length(void **state)
{
	char *longest = xcalloc(1, LAB_FRAME_MAX + 1), *text;
	struct bytes b = { 0 };

	(void)state;
	memset(longest, 'a', LAB_FRAME_MAX);
	add_text(&b, LAB_STREAM_MAGIC);
	add_frame(&b, LAB_FRAME_OUTPUT, longest, LAB_FRAME_MAX);
	text = outcome(&b);
	assert_int_equal(strlen(text), LAB_FRAME_MAX + 3);
	free(text);
	free(b.data);
	free(longest);
	/* The header is enough to refuse it: nobody waits for 4 GiB. */
	b = (struct bytes){ 0 };
	add_text(&b, LAB_STREAM_MAGIC);
	add_header(&b, LAB_FRAME_OUTPUT, LAB_FRAME_MAX + 1);
	expect_outcome(&b, "the machine sent a frame of 65537 bytes");
	add_text(&b, LAB_STREAM_MAGIC);
	add_header(&b, LAB_FRAME_DATA, UINT32_MAX);
	expect_outcome(&b, "the machine sent a frame of 4294967295 bytes");
}

static void expect_path(const char *path, size_t n, bool good)
{
	struct bytes b = { 0 };
	char *expected =
		good ? xasprintf("f[%s]", path)
		     : xstrdup("the machine sent a file without a name");

	add_text(&b, LAB_STREAM_MAGIC);
	add_frame(&b, LAB_FRAME_FILE, path, n);
	expect_outcome(&b, expected);
	free(expected);
}

#define GOOD_PATH(text) expect_path(text, sizeof(text) - 1, true)
#define BAD_PATH(text)	expect_path(text, sizeof(text) - 1, false)

static void test_paths(void **state)
{
	(void)state;
	GOOD_PATH("env.json");
	GOOD_PATH("plots/distribution/exit-cpuid.svg");
	GOOD_PATH("with blanks/and \xc3\xa9");
	GOOD_PATH("..a");
	GOOD_PATH("a..");
	GOOD_PATH("a/...");
	GOOD_PATH("a/..b/c");
	GOOD_PATH(".hidden/.x");
}

static void test_paths_that_lead_elsewhere(void **state)
{
	(void)state;
	BAD_PATH("");
	BAD_PATH("/");
	BAD_PATH("/etc/passwd");
	BAD_PATH("//x");
	BAD_PATH("..");
	BAD_PATH("../x");
	BAD_PATH("a/..");
	BAD_PATH("a/../x");
	BAD_PATH("a//../x");
	BAD_PATH("a/b/../../../x");
	BAD_PATH("./../x");
}

static void test_paths_with_control_characters(void **state)
{
	(void)state;
	BAD_PATH("\0");
	BAD_PATH("a\0b");
	BAD_PATH("a\0/../b");
	BAD_PATH("env.json\0");
	BAD_PATH("a\nb");
	BAD_PATH("\ta");
	BAD_PATH("a\x1b[2J");
	BAD_PATH("a\x7f");
	for (int c = 1; c < ' '; c++) {
		const char path[] = { 'a', (char)c, 'b' };

		expect_path(path, sizeof(path), false);
	}
}

/* --- the end -------------------------------------------------------------------- */

static void test_exit_ends(void **state)
{
	struct bytes b = a_run();
	struct reading *r = begin();

	(void)state;
	/* Frames, bad frames and more in the same piece, and behind it. */
	add_texts(&b, LAB_FRAME_OUTPUT, "late");
	add_texts(&b, 'z', "bad");
	add_texts(&b, LAB_FRAME_EXIT, "1");
	assert_int_equal(feed(r, b.data, b.n), 0);
	assert_int_equal(feed(r, b.data, b.n), 0);
	assert_int_equal(feed(r, "zzzzzzzzzz", 10), 0);
	expect_run(r);
	free(b.data);
}

static void test_exit_text(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, LAB_FRAME_EXIT, "");
	expect_outcome(&b, "x[]");
	add_text(&b, LAB_STREAM_MAGIC);
	add_texts(&b, LAB_FRAME_EXIT, "no end within 5 s");
	expect_outcome(&b, "x[no end within 5 s]");
}

/* --- the sink's errors ----------------------------------------------------------- */

static void expect_stop(char type, const char *before, const char *error)
{
	struct bytes b = a_run();

	for (size_t size = 1; size <= b.n; size += b.n - 1) {
		struct reading *r = begin();
		size_t at;

		r->record.fail_at = type;
		for (at = 0; at < b.n; at += size)
			if (feed(r, b.data + at, size))
				break;
		assert_true(at < b.n);
		assert_string_equal(r->err.text, error);
		assert_string_equal(r->record.text, before);
		drop(r);
	}
	free(b.data);
}

static void test_sink_errors_stop(void **state)
{
	(void)state;
	expect_stop('o', "", "the sink of 'o' is full");
	expect_stop('f', "o[hello\n]", "the sink of 'f' is full");
	expect_stop('d', "o[hello\n]f[summary.csv]", "the sink of 'd' is full");
}

static void test_sink_error_at_the_end(void **state)
{
	struct bytes b = a_run();
	struct reading *r = begin();

	(void)state;
	r->record.fail_at = 'x';
	assert_int_equal(feed(r, b.data, b.n), -1);
	assert_string_equal(r->err.text, "the sink of 'x' is full");
	drop(r);
	free(b.data);
}

/* --- much ------------------------------------------------------------------------- */

#define MUCH	  (64u << 20)
#define PIECE_MAX 100000u

/* A generator that is the same everywhere. */
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* The byte at @i of the file that is sent. */
static unsigned char byte_at(uint64_t i)
{
	return (unsigned char)(i ^ i >> 8 ^ i >> 16);
}

struct much {
	uint64_t got;
	bool wrong;
};

static int check_data(void *context, const void *bytes, size_t n,
		      struct error *err)
{
	struct much *m = context;
	const unsigned char *b = bytes;

	(void)err;
	for (size_t i = 0; i < n; i++)
		m->wrong |= b[i] != byte_at(m->got + i);
	m->got += n;
	return 0;
}

static int ignore_text(void *context, const char *text, struct error *err)
{
	(void)context, (void)text, (void)err;
	return 0;
}

/* The stream of one file, made as it is needed: the next @n bytes of it. */
struct sender {
	struct bytes pending;
	size_t at; /* in pending */
	uint64_t sent; /* bytes of the file */
	uint64_t seed;
};

static void refill(struct sender *s)
{
	static char frame[LAB_FRAME_MAX];
	size_t n = 1 + next_random(&s->seed) % LAB_FRAME_MAX;

	if (n > MUCH - s->sent)
		n = MUCH - s->sent;
	for (size_t i = 0; i < n; i++)
		frame[i] = (char)byte_at(s->sent + i);
	s->pending.n = s->at = 0;
	add_frame(&s->pending, LAB_FRAME_DATA, frame, n);
	s->sent += n;
	if (s->sent == MUCH)
		add_texts(&s->pending, LAB_FRAME_EXIT, "0");
}

static size_t take_piece(struct sender *s, char *piece, size_t n)
{
	size_t done = 0, take;

	while (done < n) {
		if (s->at == s->pending.n && s->sent < MUCH)
			refill(s);
		take = s->pending.n - s->at;
		if (!take)
			break;
		if (take > n - done)
			take = n - done;
		memcpy(piece + done, s->pending.data + s->at, take);
		s->at += take;
		done += take;
	}
	return done;
}

static void test_much(void **state)
{
	static const struct lab_stream_sink much_sink = {
		.file = ignore_text,
		.data = check_data,
		.exit = ignore_text,
	};
	static char piece[PIECE_MAX];
	struct sender sender = { .seed = 1 };
	struct much much = { 0 };
	struct lab_stream stream = LAB_STREAM(&much_sink, &much);
	struct error err;
	size_t n;

	(void)state;
	add_text(&sender.pending, LAB_STREAM_MAGIC);
	add_texts(&sender.pending, LAB_FRAME_FILE, "histogram.csv");
	do {
		n = take_piece(&sender, piece,
			       1 + next_random(&sender.seed) % PIECE_MAX);
		assert_int_equal(lab_stream_feed(&stream, piece, n, &err), 0);
		/* A frame and a piece at most. */
		assert_true(stream.room <= LAB_FRAME_MAX + 8 + PIECE_MAX);
	} while (n);
	assert_true(stream.ended);
	assert_int_equal(much.got, MUCH);
	assert_false(much.wrong);
	lab_stream_free(&stream);
	free(sender.pending.data);
}

/* Whatever comes: it is read or refused, within bounds. */
static void test_garbage(void **state)
{
	static const char types[] = "ofdxz";
	uint64_t seed = 2;
	char piece[64];

	(void)state;
	for (int run = 0; run < 20000; run++) {
		struct reading *r = begin();
		int ret = feed(r, LAB_STREAM_MAGIC, strlen(LAB_STREAM_MAGIC));

		for (int i = 0; i < 8 && !ret; i++) {
			size_t n = next_random(&seed) % sizeof(piece);

			for (size_t k = 0; k < n; k++)
				piece[k] = (char)next_random(&seed);
			/* Now and then what may be a header. */
			if (n > 5 && next_random(&seed) % 2) {
				piece[0] = types[next_random(&seed) % 5];
				piece[1] = (char)(next_random(&seed) % 16);
				piece[2] = piece[3] = piece[4] = 0;
			}
			ret = feed(r, piece, n);
		}
		if (ret)
			assert_true(strlen(r->err.text) > 0);
		drop(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_pieces_of_equal_size),
		cmocka_unit_test(test_split_everywhere),
		cmocka_unit_test(test_nothing_is_taken_early),
		cmocka_unit_test(test_nothing_at_all),
		cmocka_unit_test(test_junk_before_the_magic),
		cmocka_unit_test(test_almost_the_magic),
		cmocka_unit_test(test_junk_needs_no_memory),
		cmocka_unit_test(test_unknown_type),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_paths_that_lead_elsewhere),
		cmocka_unit_test(test_paths_with_control_characters),
		cmocka_unit_test(test_exit_ends),
		cmocka_unit_test(test_exit_text),
		cmocka_unit_test(test_sink_errors_stop),
		cmocka_unit_test(test_sink_error_at_the_end),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
