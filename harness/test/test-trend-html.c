// SPDX-License-Identifier: GPL-2.0-or-later
/* The dashboard as a file: its data, what is hostile in it, where it goes. */
#include "fixture.h"
#include "trend-fixture.h"

#include "trend-html.h"
#include "trend-json.h"

#define SERIES 60
#define NIGHTS 40

static char *make_page(bool hostile)
{
	struct made *m = made_trend(SERIES, NIGHTS, hostile);
	struct error err;
	size_t size;
	char *page = trend_html_page(&m->t, &size, &err);

	assert_non_null(page);
	assert_int_equal(size, strlen(page));
	made_free(m);
	return page;
}

/* What the page's script parses: the text of the element. */
static char *data_of(const char *page)
{
	const char *begin = strstr(page, "id=\"data\">");
	const char *end;

	assert_non_null(begin);
	begin += strlen("id=\"data\">");
	/* The first one, as a browser takes it. */
	end = strstr(begin, "</script>");
	assert_non_null(end);
	return xasprintf("%.*s", (int)(end - begin), begin);
}

static json_t *json_of(const char *page)
{
	char *data = data_of(page);
	json_error_t error;
	json_t *json = json_loads(data, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s at %d", error.text, error.position);
	free(data);
	return json;
}

static size_t count(const char *page, const char *text)
{
	size_t n = 0;

	for (; (page = strstr(page, text)); page++)
		n++;
	return n;
}

/* The value at @i of a column. */
static double column_at(const json_t *column, size_t i)
{
	return json_number_value(
		json_is_array(column) ? json_array_get(column, i) : column);
}

static void check_series(const json_t *json, const struct trend *t, size_t i)
{
	const json_t *got = json_array_get(json_object_get(json, "series"), i);
	const json_t *changes = json_object_get(got, "changes");
	const struct trend_series *s = &t->series[i];

	assert_string_equal(json_string_value(json_object_get(got, "bench")),
			    s->bench);
	assert_int_equal(json_integer_value(json_object_get(got, "points")),
			 s->n_points);
	for (size_t k = 0; k < s->n_points; k++) {
		const struct estimate *e = &s->points[k].value;

		assert_true(column_at(json_object_get(got, "value"), k) ==
			    e->value);
		assert_true(column_at(json_object_get(got, "lo"), k) ==
			    e->ci.lo);
		assert_true(column_at(json_object_get(got, "hi"), k) ==
			    e->ci.hi);
	}
	assert_int_equal(json_array_size(changes), s->verdict.n_changes);
}

/* Points are where the gaps say: night 20 has none, and nmi/ lost some. */
static void check_places(const json_t *json, const struct trend *t, size_t i)
{
	const json_t *got = json_array_get(json_object_get(json, "series"), i);
	const struct trend_series *s = &t->series[i];
	double place = json_number_value(json_object_get(got, "first"));

	for (size_t k = 0; k < s->n_points; k++) {
		if (k)
			place += column_at(json_object_get(got, "gaps"), k - 1);
		/* Nights of the fixture are host by host. */
		assert_int_equal((size_t)place,
				 s->points[k].night / MADE_HOSTS);
	}
}

static void test_data(void **state)
{
	struct made *m = made_trend(SERIES, NIGHTS, false);
	struct error err;
	size_t size;
	char *page = trend_html_page(&m->t, &size, &err);
	json_t *json = json_of(page);

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(json, "format")),
			 TREND_JSON_FORMAT);
	assert_int_equal(json_array_size(json_object_get(json, "series")),
			 SERIES);
	assert_int_equal(json_array_size(json_object_get(json, "events")),
			 m->t.n_events);
	assert_true(m->t.n_events > 0);
	for (size_t i = 0; i < SERIES; i++) {
		check_series(json, &m->t, i);
		check_places(json, &m->t, i);
	}
	json_decref(json);
	free(page);
	made_free(m);
}

/* A column of one value is that value, and no number is null. */
static void test_columns(void **state)
{
	struct made *m = made_trend(SERIES, NIGHTS, false);
	json_t *json, *series;

	(void)state;
	m->t.series[0].verdict.pending_percent = NAN;
	json = trend_json(&m->t);
	series = json_array_get(json_object_get(json, "series"), 0);
	assert_int_equal(
		json_integer_value(json_object_get(series, "launches")), 10);
	assert_true(json_is_array(json_object_get(series, "value")));
	assert_true(json_is_null(json_object_get(series, "pending_percent")));
	json_decref(json);
	made_free(m);
}

/* The data ends where it should, and says what the files said. */
static void test_hostile(void **state)
{
	char *page = make_page(true), *data = data_of(page);
	json_t *json = json_of(page), *series, *host;

	(void)state;
	assert_null(strchr(data, '<'));
	for (const char *c = data; *c; c++)
		assert_true((unsigned char)*c < 0x80);
	series =
		json_array_get(json_object_get(json, "series"), SERIES / 3 - 1);
	assert_string_equal(json_string_value(json_object_get(series, "bench")),
			    HOSTILE_NAME);
	assert_string_equal(
		json_string_value(json_object_get(series, "variant")),
		HOSTILE_TEXT);
	host = json_array_get(json_object_get(json, "hosts"), 1);
	assert_string_equal(json_string_value(json_object_get(host, "cpu")),
			    "?? not UTF-8");
	json_decref(json);
	free(data);
	free(page);
}

/* All placeholders are filled, but for one in a text, which stays. */
static void test_template(void **state)
{
	char *page = make_page(false), *hostile = make_page(true);
	char *data = data_of(hostile);

	(void)state;
	assert_int_equal(count(page, "@{"), 0);
	assert_true(count(data, "@{nonce}") > 0);
	assert_int_equal(count(hostile, "@{"), count(data, "@{"));
	/* The parts are there: the last script's last line. */
	assert_int_equal(count(page, "performance.measure('overview'"), 1);
	assert_int_equal(count(page, "prefers-reduced-motion"), 1);
	free(data);
	free(hostile);
	free(page);
}

/* Nothing is fetched: no address in the page, and a policy that forbids it. */
static void test_self_contained(void **state)
{
	char *page = make_page(false), *other = make_page(false);
	const char *nonce = strstr(page, "script-src 'nonce-");
	char policy[64];

	(void)state;
	assert_non_null(strstr(page, "default-src 'none'"));
	/* The namespace of SVG is a name, and nobody looks there. */
	assert_int_equal(count(page, "://"),
			 count(page, "http://www.w3.org/2000/svg"));
	assert_int_equal(count(page, " src="), 0);
	assert_int_equal(count(page, "@import"), 0);
	assert_int_equal(count(page, "innerHTML"), 0);
	assert_non_null(nonce);
	/* Another page has another nonce. */
	snprintf(policy, sizeof(policy), "%.50s", nonce);
	assert_null(strstr(other, policy));
	free(other);
	free(page);
}

static void test_write(void **state)
{
	const struct fixture *f = *state;
	char *path = xasprintf("%s/trend.html", f->directory), *first, *second;
	struct made *m = made_trend(SERIES, NIGHTS, false);
	struct error err;

	assert_int_equal(trend_html_write(path, &m->t, &err), 0);
	first = read_file(path, NULL);
	/* The page of the next night. */
	m->t.n_events--;
	assert_int_equal(trend_html_write(path, &m->t, &err), 0);
	m->t.n_events++;
	second = read_file(path, NULL);
	assert_string_not_equal(first, second);
	free(first);
	free(second);
	free(path);
	made_free(m);
}

static void test_foreign(void **state)
{
	const struct fixture *f = *state;
	char *path = xasprintf("%s/notes.html", f->directory), *kept;
	struct made *m = made_trend(SERIES, NIGHTS, false);
	struct error err;

	put_bytes(f, "/notes.html", "<!DOCTYPE html>mine", 19);
	assert_int_equal(trend_html_write(path, &m->t, &err), -1);
	assert_non_null(strstr(err.text, "a file that is no page of"));
	kept = read_file(path, NULL);
	assert_string_equal(kept, "<!DOCTYPE html>mine");
	assert_int_equal(trend_html_write(f->directory, &m->t, &err), -1);
	assert_non_null(strstr(err.text, "it is not a file"));
	free(kept);
	free(path);
	made_free(m);
}

static void test_unwritable(void **state)
{
	const struct fixture *f = *state;
	char *path = xasprintf("%s/no/such/trend.html", f->directory);
	struct made *m = made_trend(SERIES, NIGHTS, false);
	struct error err;

	assert_int_equal(trend_html_write(path, &m->t, &err), -1);
	assert_non_null(strstr(err.text, "No such file or directory"));
	free(path);
	made_free(m);
}

/* Not one night, not one series. */
static void test_empty(void **state)
{
	struct trend t = { .texts = NULL };
	struct error err;
	size_t size;
	char *page = trend_html_page(&t, &size, &err);
	json_t *json = json_of(page);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "series")), 0);
	json_decref(json);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_self_contained),
		cmocka_unit_test_setup_teardown(test_write, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_foreign, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_unwritable, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
