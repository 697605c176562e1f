// SPDX-License-Identifier: GPL-2.0-or-later
#include <float.h>
#include <getopt.h>
#include <stdlib.h>

#include "cli.h"
#include "util.h"

/* Above all characters: in optopt, getopt leaves one, or an option's number. */
#define FIRST_NUMBER 256

int cli_invalid(const char *option, const char *value, struct error *err)
{
	return error_set(err, "invalid value '%s' of '--%s'", value, option);
}

int cli_parse_percent(const char *option, const char *value, void *to,
		      struct error *err)
{
	if (parse_double(value, 0, DBL_MAX, to))
		return cli_invalid(option, value, err);
	return 0;
}

static bool takes_value(const struct cli_option *o)
{
	return !o->on && !o->unset && !o->bare;
}

static int apply_number(const struct cli_option *o, const char *value,
			struct error *err)
{
	uint64_t number;

	if (parse_u64(value, o->max ? o->max : UINT64_MAX, &number) ||
	    number < o->min)
		return cli_invalid(o->name, value, err);
	if (o->number)
		*o->number = number;
	else
		*o->index = (int)number;
	return 0;
}

static int apply(const struct cli_option *o, const char *value,
		 struct error *err)
{
	if (o->not_of)
		return error_set(err, "'%s' takes no '--%s'", o->not_of,
				 o->name);
	if (o->parse)
		return o->parse(o->name, value, o->to, err);
	if (o->number || o->index)
		return apply_number(o, value, err);
	if (o->text) {
		if (!*value)
			return error_set(err, "'--%s' is empty", o->name);
		*o->text = value;
	} else if (o->on) {
		*o->on = true;
	} else {
		*o->unset = NULL;
	}
	return 0;
}

/* The same as getopt wants it, for the caller to free. */
static struct option *getopt_table(const struct cli_option *options)
{
	struct option *table;
	int n = 0;

	while (options[n].name)
		n++;
	table = xcalloc((size_t)n + 1, sizeof(*table));
	for (int i = 0; i < n; i++)
		table[i] = (struct option){
			.name = options[i].name,
			.has_arg = takes_value(&options[i]) ? required_argument
							    : no_argument,
			.val = FIRST_NUMBER + i,
		};
	return table;
}

static int unknown_option(char **argv, struct error *err)
{
	if (optopt && optopt < FIRST_NUMBER)
		return error_set(err, "unknown option '-%c'", optopt);
	return error_set(err, "unknown option '%s'", argv[optind - 1]);
}

static int next(const struct cli_option *options, const struct option *table,
		int argc, char **argv, struct error *err)
{
	int number = getopt_long(argc, argv, ":", table, NULL);

	if (number == -1)
		return 0;
	if (number == ':')
		return error_set(err, "option '%s' needs a value",
				 argv[optind - 1]);
	if (number == '?')
		return unknown_option(argv, err);
	return apply(&options[number - FIRST_NUMBER], optarg, err) ? -1 : 1;
}

int cli_parse(const struct cli_option *options, int argc, char **argv,
	      struct error *err)
{
	struct option *table = getopt_table(options);
	int ret;

	opterr = 0;
	optind = 0; /* glibc: start afresh */
	do
		ret = next(options, table, argc, argv, err);
	while (ret > 0);
	free(table);
	return ret ? -1 : optind;
}
