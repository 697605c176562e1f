// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: replay-NAME FILE|DIR...
 * Give a target the inputs in files, as libFuzzer's own main() does: what ever
 * was found stays found.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "fuzz.h"
#include "util.h"

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

/* The number of inputs. */
static size_t replay_file(const char *path)
{
	struct fuzz_input input;
	char *text = read_file(path, &input.size);
	uint8_t *bytes;

	if (!text) {
		error_print("cannot read '%s'", path);
		exit(EXIT_FAILED);
	}
	input.data = (const uint8_t *)text;
	bytes = fuzz_bytes(&input);
	LLVMFuzzerTestOneInput(bytes, input.size);
	free(bytes);
	free(text);
	return 1;
}

static size_t replay(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	size_t n = 0;
	char *inner;

	if (!directory)
		return replay_file(path);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		inner = xasprintf("%s/%s", path, entry->d_name);
		n += replay(inner);
		free(inner);
	}
	closedir(directory);
	return n;
}

int main(int argc, char **argv)
{
	size_t n = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%zu inputs\n", n);
	return n ? EXIT_DONE : EXIT_FAILED;
}
