// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command line, its words with a NUL between: options of `run`, of `lab`,
 * and each word as a machine, an MSR, a placement, a pattern and a CPU list.
 */
#include <stdlib.h>

#include "bench/msr-custom.h"
#include "cpu-list.h"
#include "fuzz.h"
#include "lab/options.h"
#include "options.h"
#include "pattern.h"

#define MAX_WORDS 64
#define ALL_SETS  63u /* every enum lab_option_set */

static void parse_lines(int argc, char **argv)
{
	struct run_options run;
	struct lab_options lab;
	struct error err;

	if (!run_options_parse(&run, argc, argv, &err))
		msr_custom_free(msr_custom_create(run.msrs, run.nr_msrs));
	/* getopt_long() has put the operands last: not in the next one's way */
	for (unsigned int set = 0; set <= ALL_SETS; set += ALL_SETS) {
		lab_options_parse(&lab, argc, argv, set, &err);
		lab_options_free(&lab);
	}
}

static void parse_word(const char *word)
{
	struct relation_list relations;
	struct msr_request request;
	struct lab_machine machine;
	struct error err;

	if (!lab_machine_parse(&machine, word, &err)) {
		lab_machine_seconds(&machine);
		lab_machine_free(&machine);
	}
	if (!msr_request_parse(&request, word, &err))
		msr_custom_free(msr_custom_create(&request, 1));
	if (!relation_list_parse(&relations, word, &err))
		free(relation_list_text(&relations));
	pattern_matches(word, "timer/tscdeadline", "delay=10us,wait=hlt");
	cpu_list_has(word, 3);
	cpu_list_count(word);
	free(cpu_list_without(word, 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size }, part;
	char *words[MAX_WORDS + 1] = { NULL }, *argv[MAX_WORDS + 1] = { NULL };
	int n = 1;

	words[0] = argv[0] = fuzz_text(&(struct fuzz_input){ data, 0 });
	for (; n < MAX_WORDS && fuzz_part(&input, &part); n++) {
		words[n] = argv[n] = fuzz_text(&part);
		parse_word(words[n]);
	}
	parse_lines(n, argv);
	while (n)
		free(words[--n]);
	return 0;
}
