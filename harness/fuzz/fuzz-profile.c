// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an emulator counted and the kernel's symbols, with a NUL between, as
 * `lab explain` reads them, and a modules.dep.
 */
#include <stdlib.h>

#include "exit-names.h"
#include "fuzz.h"
#include "lab/explain.h"
#include "lab/modules.h"

static void explain(const char *counts, const char *symbols)
{
	struct profile profile;
	struct error err;

	if (!profile_read(&profile, counts, &err)) {
		profile_symbolize(&profile, symbols, &err);
		profile_check(&profile, &err);
		explain_print(fuzz_sink(), &profile, &profile, EXIT_ISA_VMX);
		explain_print_folded(fuzz_sink(), "exit/cpuid", &profile, NULL);
	}
	profile_free(&profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size }, part;
	const char *path[2];
	char *text;

	for (unsigned int i = 0; i < 2; i++) {
		if (!fuzz_part(&input, &part))
			part.size = 0;
		path[i] = fuzz_file(i, part.data, part.size);
	}
	explain(path[0], path[1]);
	input = (struct fuzz_input){ data, size };
	fuzz_part(&input, &part);
	text = fuzz_text(&part);
	free(lab_modules_order(text, "kvm-intel"));
	free(text);
	return 0;
}
