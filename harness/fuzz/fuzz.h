/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share. Each fuzz-NAME.c is one program around
 * LLVMFuzzerTestOneInput(): with libFuzzer (scripts/fuzz) it makes up inputs,
 * in an ordinary build replay.c gives it those of corpus/NAME, as a test.
 */
#ifndef VMB_FUZZ_H
#define VMB_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* libFuzzer's two entry points; a target need not have the first. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left of an input. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/* Up to the next NUL, which is passed over, or to the end: false without. */
bool fuzz_part(struct fuzz_input *input, struct fuzz_input *part);

/* The next @size bytes; what the input does not have is 0. */
uint64_t fuzz_number(struct fuzz_input *input, size_t size);

/*
 * The same, in memory of exactly its size, so that an access outside is seen:
 * as a text that a NUL ends, or as bytes. The caller frees.
 */
char *fuzz_text(const struct fuzz_input *part);
void *fuzz_bytes(const struct fuzz_input *part);

#define FUZZ_FILES 4

/*
 * The path of a file that holds the bytes, until the next call for @file
 * (0 to FUZZ_FILES - 1), which gives the same path.
 */
const char *fuzz_file(unsigned int file, const void *data, size_t size);

/* A new directory in which @name stands for @file. It stays until the end. */
const char *fuzz_directory(const char *const *names, size_t n_names);

/* Takes output that nobody reads. */
FILE *fuzz_sink(void);

#endif
