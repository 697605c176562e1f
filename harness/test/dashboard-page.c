// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Not a test: writes the page that nightly-dashboard.sh looks at.
 *
 *	dashboard-page FILE SERIES NIGHTS [hostile]
 */
#include "error.h"
#include "trend-fixture.h"
#include "trend-html.h"

int main(int argc, char **argv)
{
	struct error err;
	uint64_t series, nights;
	struct made *m;
	int ret;

	if (argc < 4 || parse_u64(argv[2], 30000, &series) ||
	    parse_u64(argv[3], 3650, &nights))
		return EXIT_USAGE;
	m = made_trend(series / MADE_HOSTS * MADE_HOSTS, nights, argc > 4);
	ret = trend_html_write(argv[1], &m->t, &err);
	if (ret)
		error_print("%s", err.text);
	made_free(m);
	return ret ? EXIT_FAILED : EXIT_DONE;
}
