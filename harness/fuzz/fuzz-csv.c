// SPDX-License-Identifier: GPL-2.0-or-later
/* A CSV file: the reader alone, and its fields as numbers. */
#include "csv-read.h"
#include "fuzz.h"

static void read_all(struct csv_reader *csv)
{
	const struct csv_field *fields;
	enum csv_status status;
	struct csv_fault fault;
	struct error err;
	double value;

	while ((status = csv_next(csv, &fields, &fault, &err)) == CSV_ROW ||
	       status == CSV_FAULT)
		for (size_t i = 0; status == CSV_ROW && i < csv_columns(csv);
		     i++) {
			csv_number(&fields[i], &value);
			csv_equals(&fields[i], "latency");
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	struct csv_reader *csv = csv_open(fuzz_file(0, data, size), &err);

	if (csv)
		read_all(csv);
	csv_close(csv);
	return 0;
}
