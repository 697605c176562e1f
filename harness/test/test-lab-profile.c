// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of counts as the emulator's plugin writes them, and their table. */
#include "exit-names.h"
#include "fixture.h"
#include "lab/explain.h"
#include "text-lines.h"

static char *counts_path(const struct fixture *f)
{
	return xasprintf("%s/counts", f->directory);
}

static struct profile profile(const struct fixture *f, const char *text)
{
	char *path = counts_path(f);
	struct profile p;
	struct error err;

	put(f, "/counts", text);
	if (profile_read(&p, path, &err))
		fail_msg("%s", err.text);
	free(path);
	return p;
}

static void refuse(const struct fixture *f, const char *text,
		   const char *expected)
{
	char *path = counts_path(f);
	struct profile p;
	struct error err;

	put(f, "/counts", text);
	assert_int_equal(profile_read(&p, path, &err), -1);
	assert_string_equal(err.text, expected);
	profile_free(&p);
	free(path);
}

#define NOTHING                                                        \
	"nothing was counted: no sample of this benchmark begins and " \
	"ends at an instruction"

static void expect_line(const struct profile *p, size_t i,
			enum profile_kind kind, const char *name, double per_op)
{
	assert_true(i < p->n);
	assert_int_equal(p->lines[i].kind, kind);
	assert_string_equal(p->lines[i].name, name);
	assert_true(p->lines[i].per_op == per_op);
}

/* --- files -------------------------------------------------------------------- */

static void test_every_kind(void **state)
{
	struct profile p = profile(*state, "window 401000 100 4\n"
					   "host svm_vcpu_run 232\n"
					   "host two words 8\n"
					   "host 4\n"
					   "user 4\n"
					   "guest 8\n"
					   "idle 144\n"
					   "vmentry 6\n"
					   "exit 0x72 4\n"
					   "rdmsr 0x1d9 2\n"
					   "wrmsr 0xc0000103 8\n"
					   "last 401000\n"
					   "lost 0\n");
	struct error err;

	assert_int_equal(p.ticks, 100);
	assert_int_equal(p.ops, 4);
	assert_int_equal(p.all, 4);
	assert_int_equal(p.n, 10);
	expect_line(&p, 0, PROFILE_HOST, "svm_vcpu_run", 58);
	expect_line(&p, 1, PROFILE_HOST, "two words", 2);
	expect_line(&p, 2, PROFILE_HOST, "", 1);
	expect_line(&p, 3, PROFILE_USER, "", 1);
	expect_line(&p, 4, PROFILE_GUEST, "", 2);
	expect_line(&p, 5, PROFILE_IDLE, "", 36);
	expect_line(&p, 6, PROFILE_VMENTRY, "", 1.5);
	expect_line(&p, 7, PROFILE_EXIT, "0x72", 1);
	expect_line(&p, 8, PROFILE_RDMSR, "0x1d9", 0.5);
	expect_line(&p, 9, PROFILE_WRMSR, "0xc0000103", 2);
	assert_int_equal(profile_check(&p, &err), 0);
	profile_free(&p);
	assert_int_equal(p.n, 0);
}

/* The empty op comes first, and the warm-up: another address than the last. */
static void test_last_address(void **state)
{
	struct profile p = profile(*state, "window 401000 30 1000\n"
					   "host empty 30000\n"
					   "window ffffffff81000000 100 2\n"
					   "host op 200\n"
					   "window 402000 50 5000\n"
					   "host warm_up 250000\n"
					   "last ffffffff81000000\n");

	assert_int_equal(p.ticks, 100);
	assert_int_equal(p.ops, 2);
	assert_int_equal(p.all, 2);
	assert_int_equal(p.n, 1);
	expect_line(&p, 0, PROFILE_HOST, "op", 100);
	profile_free(&p);
}

static void expect_middle(const struct fixture *f, const char *text,
			  uint64_t ticks, uint64_t ops, uint64_t all)
{
	struct profile p = profile(f, text);

	assert_int_equal(p.ticks, ticks);
	assert_int_equal(p.ops, ops);
	assert_int_equal(p.all, all);
	assert_int_equal(p.n, 1);
	assert_true(p.lines[0].per_op == (double)ticks);
	profile_free(&p);
}

static void test_middle_op(void **state)
{
	/* Not in order of length; the extremes are many, but outvoted. */
	expect_middle(*state,
		      "window 10 900 3\nhost a 2700\n"
		      "window 10 100 3\nhost a 300\n"
		      "window 10 500 4\nhost a 2000\n"
		      "last 10\n",
		      500, 4, 10);
	/* Of an even number, the lower one of the two in the middle. */
	expect_middle(*state,
		      "window 10 300 1\nhost a 300\n"
		      "window 10 200 1\nhost a 200\n"
		      "window 10 400 1\nhost a 400\n"
		      "window 10 100 1\nhost a 100\n"
		      "last 10\n",
		      200, 1, 4);
	/* Windows elsewhere have no vote. */
	expect_middle(*state,
		      "window 20 1 1000\nhost b 1000\n"
		      "window 10 100 2\nhost a 200\n"
		      "window 10 200 3\nhost a 600\n"
		      "window 20 300 1000\nhost b 300000\n"
		      "last 10\n",
		      200, 3, 5);
	expect_middle(
		*state,
		"window 10 7 18446744073709551\nhost a 129127208515966857\n"
		"last 10\n",
		7, 18446744073709551u, 18446744073709551u);
}

/* What is behind the sections may come in any order, and be missing. */
static void test_marks(void **state)
{
	struct profile p =
		profile(*state, "lost 0\nlast 10\nwindow 10 5 1\nhost a 5");

	expect_line(&p, 0, PROFILE_HOST, "a", 5);
	profile_free(&p);
	refuse(*state, "window 10 5 1\nhost a 5\n", NOTHING);
	refuse(*state, "window 10 5 1\nhost a 5\nlast 11\n", NOTHING);
	refuse(*state, "window 10 5 1\nhost a 5\nlast 10\nlost 2\n",
	       "the emulator had no room for 2 counts: shorten the run");
}

static void test_window_without_lines(void **state)
{
	struct profile p = profile(*state, "window 10 5 1\nlast 10\n");
	struct error err;

	assert_int_equal(p.ticks, 5);
	assert_int_equal(p.n, 0);
	assert_int_equal(profile_check(&p, &err), -1);
	profile_free(&p);
}

static void test_nothing_counted(void **state)
{
	refuse(*state, "", NOTHING);
	refuse(*state, "lost 0\n", NOTHING);
	refuse(*state, "last 10\n", NOTHING);
}

static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"",	   "nonsense",	  "host",	  "host a",
		"host a ", "host a 1x",	  "host a x",	  "hosts a 1",
		" host 1", "HOST a 1",	  "idle",	  "idle x",
		"window",  "window 10 5", "window x y z",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *expected =
			xasprintf("the profile has a line '%s'", lines[i]);
		char *text = xasprintf("window 10 5 1\nhost a 5\n%s\n"
				       "guest b 1\nlast 10\n",
				       lines[i]);

		refuse(*state, text, expected);
		free(text);
		/* Before any window nothing else may stand. */
		text = xasprintf("%s\nwindow 10 5 1\nlast 10\n", lines[i]);
		refuse(*state, text, expected);
		free(text);
		free(expected);
	}
	refuse(*state, "window 10 5 0\nlast 10\n",
	       "the profile has a line 'window 10 5 0'");
}

static void test_long_bad_line(void **state)
{
	char line[1001];

	memset(line, 'y', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	refuse(*state, line,
	       "the profile has a line "
	       "'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'");
}

static void test_no_file(void **state)
{
	const struct fixture *f = *state;
	char *path = counts_path(f), *expected;
	struct profile p;
	struct error err;

	assert_int_equal(profile_read(&p, path, &err), -1);
	expected =
		xasprintf("cannot read '%s': No such file or directory", path);
	assert_string_equal(err.text, expected);
	profile_free(&p);
	free(expected);
	free(path);
}

/* --- sums ------------------------------------------------------------------------ */

static void expect_sum(const struct fixture *f, const char *lines,
		       const char *expected)
{
	char *text = xasprintf("window 10 100 3\n%slast 10\n", lines);
	struct profile p = profile(f, text);
	struct error err = { "" };

	assert_int_equal(profile_check(&p, &err), *expected ? -1 : 0);
	assert_string_equal(err.text, expected);
	profile_free(&p);
	free(text);
}

static void test_sums(void **state)
{
	expect_sum(*state, "host a 300\n", "");
	/* A third of an instruction an op is no error, and events are none. */
	expect_sum(*state,
		   "host a 100\nhost b 90\nuser 10\nguest 99\nidle 1\n"
		   "vmentry 30\nexit 0x72 3\nrdmsr 0x10 7\nwrmsr 0x10 7\n",
		   "");
	expect_sum(*state, "host a 299\n",
		   "99.6667 instructions were counted in an op of 100 ticks");
	expect_sum(*state, "host a 300\nguest 1\n",
		   "100.333 instructions were counted in an op of 100 ticks");
	expect_sum(*state, "vmentry 300\n",
		   "0 instructions were counted in an op of 100 ticks");
}

/* --- symbols --------------------------------------------------------------------- */

static char *symbols_path(const struct fixture *f)
{
	return xasprintf("%s/symbols", f->directory);
}

static void symbolize(const struct fixture *f, struct profile *p,
		      const char *symbols)
{
	char *path = symbols_path(f);
	struct error err;

	put(f, "/symbols", symbols);
	if (profile_symbolize(p, path, &err))
		fail_msg("%s", err.text);
	free(path);
}

/* The function that the address is in. */
static void expect_function(const struct fixture *f, const char *symbols,
			    const char *address, const char *expected)
{
	char *text = xasprintf("window 10 5 1\nhost %s 5\nlast 10\n", address);
	struct profile p = profile(f, text);

	symbolize(f, &p, symbols);
	assert_int_equal(p.n, 1);
	expect_line(&p, 0, PROFILE_HOST, expected, 5);
	profile_free(&p);
	free(text);
}

/* In no order; data, and what has no address, are none. */
static const char kallsyms[] = "ffffffff81000200 t middle\n"
			       "ffffffff81000000 T first\n"
			       "ffffffff81000280 d data\n"
			       "ffffffff81000100 W second\n"
			       "ffffffff81000300 D more_data\n"
			       "ffffffffc0000000 t exit_handler\t[kvm_amd]\n"
			       "0000000000000000 T nowhere\n"
			       "ffffffffc0000100 t last\t[kvm]\n"
			       "a line\n\n";

static void test_functions(void **state)
{
	expect_function(*state, kallsyms, "ffffffff81000000", "first");
	expect_function(*state, kallsyms, "ffffffff810000ff", "first");
	expect_function(*state, kallsyms, "ffffffff81000100", "second");
	expect_function(*state, kallsyms, "ffffffff81000290", "middle");
	expect_function(*state, kallsyms, "ffffffff81000310", "middle");
	expect_function(*state, kallsyms, "ffffffffc0000004",
			"exit_handler [kvm_amd]");
	expect_function(*state, kallsyms, "ffffffffffffffff", "last [kvm]");
	/* Before the first one there is none. */
	expect_function(*state, kallsyms, "ffffffff80ffffff",
			"ffffffff80ffffff");
	expect_function(*state, kallsyms, "0", "0");
}

/* Of an address with aliases, the name that comes first. */
static void test_aliases(void **state)
{
	static const char aliases[] = "ffffffff81000000 T one\n"
				      "ffffffff81000100 T b\n"
				      "ffffffff81000100 T a\n"
				      "ffffffff81000100 t c\n"
				      "ffffffff81000200 T two\n";

	expect_function(*state, aliases, "ffffffff81000100", "b");
	expect_function(*state, aliases, "ffffffff810001ff", "b");
	expect_function(*state, aliases, "ffffffff81000200", "two");
	expect_function(*state, "1 T b\n1 T a\n", "1", "b");
	expect_function(*state, "1 T a", "2", "a");
}

static void test_lines_of_a_function_add_up(void **state)
{
	struct profile p = profile(*state, "window 10 20 2\n"
					   "host ffffffff81000210 2\n"
					   "host ffffffff81000000 4\n"
					   "guest 6\n"
					   "host ffffffff81000220 8\n"
					   "user 20\n"
					   "host ffffffff81000010 0\n"
					   "exit 0x72 2\n"
					   "last 10\n");
	struct error err;

	symbolize(*state, &p, kallsyms);
	assert_int_equal(p.n, 5);
	expect_line(&p, 0, PROFILE_HOST, "middle", 5);
	expect_line(&p, 1, PROFILE_HOST, "first", 2);
	expect_line(&p, 2, PROFILE_GUEST, "", 3);
	expect_line(&p, 3, PROFILE_USER, "", 10);
	/* What looks like an address is none here. */
	expect_line(&p, 4, PROFILE_EXIT, "0x72", 1);
	assert_int_equal(profile_check(&p, &err), 0);
	profile_free(&p);
}

static void test_bad_symbols(void **state)
{
	static const char *const bad[] = { "", "\n", "nonsense\n",
					   /* As others than root see it. */
					   "0000000000000000 T _text\n",
					   "ffffffff81000000 D data\n",
					   "ffffffff81000000\n",
					   "ffffffff81000000 T\n",
					   "ffffffff81000000 Tx\n" };
	const struct fixture *f = *state;
	char *path = symbols_path(f);
	char *expected = xasprintf("'%s' tells no address of a function", path);
	struct profile p = profile(f, "window 10 5 1\nhost 1 5\nlast 10\n");
	struct error err;

	assert_int_equal(profile_symbolize(&p, path, &err), -1);
	assert_non_null(strstr(err.text, "No such file or directory"));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		put(f, "/symbols", bad[i]);
		assert_int_equal(profile_symbolize(&p, path, &err), -1);
		assert_string_equal(err.text, expected);
	}
	expect_line(&p, 0, PROFILE_HOST, "1", 5);
	profile_free(&p);
	free(expected);
	free(path);
}

/* --- rows ------------------------------------------------------------------------- */

static const char base_text[] = "window 10 1000 2\n"
				"host same_small 20\n"
				"host same_big 600\n"
				"host lower 400\n"
				"host gone 100\n"
				"host higher 280\n"
				"user 80\n"
				"guest 120\n"
				"idle 400\n"
				"vmentry 2\n"
				"exit 0x72 2\n"
				"rdmsr 0x1d9 2\n"
				"wrmsr 0xc0000103 4\n"
				"last 10\n";
static const char new_text[] = "window 20 1070 1\n"
			       "host same_small 10\n"
			       "host same_big 300\n"
			       "host lower 160\n"
			       "host higher 260\n"
			       "host added 40\n"
			       "user 40\n"
			       "guest 60\n"
			       "idle 200\n"
			       "vmentry 1\n"
			       "exit 0x72 1\n"
			       "wrmsr 0xc0000103 1\n"
			       "wrmsr 0x6e0 1\n"
			       "last 20\n";

static void expect_row(const struct profile_row *row, const char *name,
		       double base, double new)
{
	assert_string_equal(row->name, name);
	assert_true(row->base == base);
	assert_true(row->new == new);
}

static void test_rows_by_change(void **state)
{
	struct profile base = profile(*state, base_text);
	struct profile new = profile(*state, new_text);
	struct profile_row *rows;
	size_t n;

	rows = profile_rows(&base, &new, PROFILE_HOST, PROFILE_IDLE, &n);
	assert_int_equal(n, 9);
	expect_row(&rows[0], "higher", 140, 260);
	expect_row(&rows[1], "gone", 50, 0);
	/* A change of 40 both: the one that was larger. */
	expect_row(&rows[2], "lower", 200, 160);
	expect_row(&rows[3], "added", 0, 40);
	expect_row(&rows[4], "same_big", 300, 300);
	expect_row(&rows[5], "same_small", 10, 10);
	/* By kind first. */
	expect_row(&rows[6], "", 40, 40);
	assert_int_equal(rows[6].kind, PROFILE_USER);
	expect_row(&rows[7], "", 60, 60);
	assert_int_equal(rows[7].kind, PROFILE_GUEST);
	expect_row(&rows[8], "", 200, 200);
	assert_int_equal(rows[8].kind, PROFILE_IDLE);
	free(rows);
	rows = profile_rows(&base, &new, PROFILE_VMENTRY, PROFILE_WRMSR, &n);
	assert_int_equal(n, 5);
	expect_row(&rows[0], "", 1, 1);
	expect_row(&rows[1], "0x72", 1, 1);
	expect_row(&rows[2], "0x1d9", 1, 0);
	expect_row(&rows[3], "0xc0000103", 2, 1);
	expect_row(&rows[4], "0x6e0", 0, 1);
	free(rows);
	profile_free(&new);
	profile_free(&base);
}

static void test_rows_of_one(void **state)
{
	struct profile base = profile(*state, base_text);
	struct profile_row *rows;
	size_t n;

	rows = profile_rows(&base, NULL, PROFILE_HOST, PROFILE_HOST, &n);
	assert_int_equal(n, 5);
	expect_row(&rows[0], "same_big", 300, 0);
	expect_row(&rows[4], "same_small", 10, 0);
	free(rows);
	profile_free(&base);
}

/* A static function's name may be there many times. */
static void test_rows_of_equal_names(void **state)
{
	struct profile p = profile(*state, "window 10 10 1\n"
					   "host setup 3\nhost other 1\n"
					   "host setup 4\nguest setup 2\n"
					   "last 10\n");
	struct profile_row *rows;
	size_t n;

	rows = profile_rows(&p, &p, PROFILE_HOST, PROFILE_GUEST, &n);
	assert_int_equal(n, 3);
	expect_row(&rows[0], "setup", 7, 7);
	expect_row(&rows[1], "other", 1, 1);
	expect_row(&rows[2], "setup", 2, 2);
	free(rows);
	profile_free(&p);
}

static void test_no_rows(void **state)
{
	struct profile p = profile(*state, "window 10 5 1\nlast 10\n");
	size_t n = 1;

	assert_null(profile_rows(&p, NULL, PROFILE_HOST, PROFILE_WRMSR, &n));
	assert_int_equal(n, 0);
	profile_free(&p);
}

/* --- for people --------------------------------------------------------------------- */

/* The table, or the folded lines when @name is given; owned by the caller. */
static char *printed(const struct profile *base, const struct profile *new,
		     const char *name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	if (name)
		explain_print_folded(out, name, base, new);
	else
		explain_print(out, base, new, EXIT_ISA_SVM);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_narrow(const char *text)
{
	size_t n;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n > TEXT_COLUMNS)
			fail_msg("%zu columns: %.*s", n, (int)n, text);
		assert_false(n && text[n - 1] == ' ');
	}
}

/* The numbers of the line that begins with @name, "100 107 +7". */
static void expect_cells(const char *text, const char *name,
			 const char *expected)
{
	char *start = xasprintf("\n  %s ", name), *cells, *to;
	const char *at = strstr(text, start);

	if (!at)
		fail_msg("no line '%s' in:\n%s", name, text);
	at += strlen(start);
	cells = to = xcalloc(1, strlen(at) + 1);
	for (; *at && *at != '\n'; at++)
		if (*at != ' ' || (to > cells && to[-1] != ' '))
			*to++ = *at;
	assert_string_equal(cells, expected);
	free(cells);
	free(start);
}

static void test_table_of_one(void **state)
{
	struct profile base = profile(*state, base_text);
	char *text = printed(&base, NULL, NULL);

	assert_narrow(text);
	assert_int_equal(strncmp(text, "instructions ", 13), 0);
	expect_cells(text, "same_big", "300");
	expect_cells(text, "higher", "140");
	expect_cells(text, "[guest]", "60");
	expect_cells(text, "[processes]", "40");
	expect_cells(text, "[CPU halted, ticks]", "200");
	expect_cells(text, "total", "1000");
	expect_cells(text, "VM-entry", "1");
	expect_cells(text, "VM-exit CPUID", "1");
	expect_cells(text, "RDMSR DEBUGCTL", "1");
	expect_cells(text, "WRMSR TSC_AUX", "2");
	free(text);
	profile_free(&base);
}

static void test_table_of_two(void **state)
{
	struct profile base = profile(*state, base_text);
	struct profile new = profile(*state, new_text);
	char *text = printed(&base, &new, NULL);

	assert_narrow(text);
	expect_cells(text, "higher", "140 260 +120");
	expect_cells(text, "gone", "50 0 -50");
	expect_cells(text, "added", "0 40 +40");
	expect_cells(text, "same_big", "300 300 0");
	expect_cells(text, "total", "1000 1070 +70");
	expect_cells(text, "WRMSR TSC_AUX", "2 1 -1");
	expect_cells(text, "WRMSR TSC_DEADLINE", "0 1 +1");
	free(text);
	profile_free(&new);
	profile_free(&base);
}

static double sum_of(const struct profile *base, const struct profile *new,
		     double *new_sum)
{
	double base_sum = 0;
	struct profile_row *rows;
	size_t n;

	rows = profile_rows(base, new, PROFILE_HOST, PROFILE_IDLE, &n);
	*new_sum = 0;
	for (size_t i = 0; i < n; i++) {
		base_sum += rows[i].base;
		*new_sum += rows[i].new;
	}
	free(rows);
	return base_sum;
}

static void test_totals_are_sums(void **state)
{
	struct profile base = profile(*state, base_text);
	struct profile new = profile(*state, new_text);
	double base_sum, new_sum;
	struct error err;

	assert_int_equal(profile_check(&base, &err), 0);
	assert_int_equal(profile_check(&new, &err), 0);
	base_sum = sum_of(&base, &new, &new_sum);
	assert_true(base_sum == (double)base.ticks);
	assert_true(new_sum == (double)new.ticks);
	profile_free(&new);
	profile_free(&base);
}

/* An op of a millisecond has a million instructions: to the last one. */
static void test_table_of_large_numbers(void **state)
{
	struct profile base = profile(*state, "window 10 12345678 1\n"
					      "host loop 12345677\n"
					      "host rare_function 1\n"
					      "last 10\n");
	struct profile new = profile(*state, "window 10 999999 3\n"
					     "host loop 2999996\n"
					     "host rare_function 1\n"
					     "last 10\n");
	char *text = printed(&base, &new, NULL);

	assert_narrow(text);
	expect_cells(text, "loop", "12345677 999999 -11345678");
	expect_cells(text, "rare_function", "1 0.333 -0.667");
	expect_cells(text, "total", "12345678 999999 -11345679");
	free(text);
	profile_free(&new);
	profile_free(&base);
}

/* In one op of many: what happened once in the middle of a run. */
static void test_table_of_small_numbers(void **state)
{
	struct profile base = profile(*state, "window 10 5 70000\n"
					      "host loop 350000\n"
					      "host once 1\nhost twelve 12\n"
					      "last 10\n");
	struct profile new = profile(*state, "window 10 5 1\nhost loop 5\n"
					     "last 10\n");
	char *text = printed(&base, &new, NULL);

	assert_narrow(text);
	expect_cells(text, "once", "1.43e-05 0 -1.43e-05");
	expect_cells(text, "twelve", "0.000171 0 -0.000171");
	free(text);
	profile_free(&new);
	profile_free(&base);
}

/* Symbols come from a file: a terminal must not obey them. */
static void test_names(void **state)
{
	struct profile p = profile(*state,
				   "window 10 5 1\n"
				   "host a\x1b[2J\xc3\xa9 4\n"
				   "host a_name_that_is_much_longer_than_its_"
				   "column_so_that_numbers_move 1\n"
				   "last 10\n");
	char *text = printed(&p, NULL, NULL);

	expect_cells(text, "a?[2J??", "4");
	expect_cells(text,
		     "a_name_that_is_much_longer_than_its_column_so_that_"
		     "numbers_move",
		     "1");
	free(text);
	profile_free(&p);
}

static void test_folded(void **state)
{
	struct profile base = profile(*state, "window 10 10 2\n"
					      "host a 8\nguest 4\nuser 3\n"
					      "host b 1\nidle 4\nvmentry 2\n"
					      "last 10\n");
	struct profile new = profile(*state, "window 10 12 1\n"
					     "host a 8\nguest 4\nlast 10\n");

	assert_text(printed(&base, NULL, "exit/cpuid[cpl=0]"),
		    "exit/cpuid[cpl=0];kernel;a 4\n"
		    "exit/cpuid[cpl=0];kernel;b 0\n"
		    "exit/cpuid[cpl=0];processes 2\n"
		    "exit/cpuid[cpl=0];guest 2\n");
	assert_text(printed(&base, &new, "x"), "x;kernel;a 4 8\n"
					       "x;kernel;b 0 0\n"
					       "x;processes 2 0\n"
					       "x;guest 2 4\n");
	profile_free(&new);
	profile_free(&base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_every_kind),
		FIXTURE_TEST(test_last_address),
		FIXTURE_TEST(test_middle_op),
		FIXTURE_TEST(test_marks),
		FIXTURE_TEST(test_window_without_lines),
		FIXTURE_TEST(test_nothing_counted),
		FIXTURE_TEST(test_bad_lines),
		FIXTURE_TEST(test_long_bad_line),
		FIXTURE_TEST(test_no_file),
		FIXTURE_TEST(test_sums),
		FIXTURE_TEST(test_functions),
		FIXTURE_TEST(test_aliases),
		FIXTURE_TEST(test_lines_of_a_function_add_up),
		FIXTURE_TEST(test_bad_symbols),
		FIXTURE_TEST(test_rows_by_change),
		FIXTURE_TEST(test_rows_of_one),
		FIXTURE_TEST(test_rows_of_equal_names),
		FIXTURE_TEST(test_no_rows),
		FIXTURE_TEST(test_table_of_one),
		FIXTURE_TEST(test_table_of_two),
		FIXTURE_TEST(test_totals_are_sums),
		FIXTURE_TEST(test_table_of_large_numbers),
		FIXTURE_TEST(test_table_of_small_numbers),
		FIXTURE_TEST(test_names),
		FIXTURE_TEST(test_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
