// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "util.h"

static const char *find_selector(const char *pattern)
{
	const char *open = pattern, *name_end;

	if (!*pattern || pattern[strlen(pattern) - 1] != ']')
		return NULL;
	/* "[ch]" is a glob's character class, "[cpl=3]" selects variants. */
	while ((open = strchr(open, '['))) {
		name_end = open + 1 + strcspn(open + 1, "[],=");
		if (*name_end == '=')
			return open;
		open++;
	}
	return NULL;
}

bool variant_has_setting(const char *text, const char *glob)
{
	char *settings = xstrdup(text), *save, *setting;
	bool found = false;

	for (setting = strtok_r(settings, ",", &save); setting && !found;
	     setting = strtok_r(NULL, ",", &save))
		found = !fnmatch(glob, setting, 0);
	free(settings);
	return found;
}

static bool selector_matches(const char *text, const char *selector)
{
	char *terms = xstrdup(selector + 1), *save, *term;
	bool all = true;

	terms[strlen(terms) - 1] = '\0';
	for (term = strtok_r(terms, ",", &save); term && all;
	     term = strtok_r(NULL, ",", &save))
		all = variant_has_setting(text, term);
	free(terms);
	return all;
}

bool pattern_matches(const char *pattern, const char *bench,
		     const char *variant)
{
	const char *selector = find_selector(pattern);
	char *glob = xstrdup(pattern);
	bool matches;

	if (selector)
		glob[selector - pattern] = '\0';
	matches = !fnmatch(glob, bench, 0) &&
		  (!selector || selector_matches(variant, selector));
	free(glob);
	return matches;
}
