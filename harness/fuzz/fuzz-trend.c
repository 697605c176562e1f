// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trend.csv, the digest of a night, in a directory without the results that
 * it is of: what it says of them is that there are none.
 */
#include "fuzz.h"
#include "trend-digest.h"

static const char *directory;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const names[] = { TREND_DIGEST_NAME };

	(void)argc, (void)argv;
	directory = fuzz_directory(names, 1);
	return 0;
}

static void show(const struct digest *d)
{
	for (size_t i = 0; i < FACTS; i++)
		fputs(d->facts[i], fuzz_sink());
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct digest_row *row = &d->rows[i];

		fwrite(row->key, 1, row->key_len, fuzz_sink());
		fprintf(fuzz_sink(), "%u %g %s\n", row->launches,
			row->value.value, row->reason);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct digest_request request = { .latencies = false };
	struct error err;
	struct digest d;

	fuzz_file(0, data, size);
	for (int i = 0; i < 2; i++) {
		request.latencies = i;
		if (!digest_load(&d, directory, &request, &err))
			show(&d);
		digest_free(&d);
	}
	return 0;
}
