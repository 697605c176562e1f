// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "lab/kernel-build.h"
#include "lab/kernels.h"
#include "util.h"

char *lab_kernels_get(const struct lab_kernels *kernels, const char *patch,
		      struct error *err)
{
	char *output = xasprintf("%s/%s.bzImage", kernels->directory, patch);
	char *file = xasprintf("%s/patches/%s.patch", kernels->files, patch);
	const struct lab_patch patches = { .file = file };
	const struct lab_kernel_build kernel = {
		.source = LAB_SOURCE,
		.patches = &patches,
		.n_patches = strcmp(patch, LAB_STOCK) ? 1 : 0,
		.output = output,
	};
	int ret = lab_kernel_ensure(&kernel, err);

	free(file);
	if (!ret)
		return output;
	free(output);
	return NULL;
}

int lab_kernels_check(const char *stock, const char *patched, struct error *err)
{
	json_t *recipes[] = { lab_kernel_recipe(stock),
			      lab_kernel_recipe(patched) };
	json_t *stock_release = json_object_get(recipes[0], "release");
	json_t *patched_release = json_object_get(recipes[1], "release");
	int ret = 0;

	if (!json_equal(stock_release, patched_release))
		ret = error_set(err,
				"'%s' and '%s' are of different releases: "
				"remove one, it will be built again",
				stock, patched);
	json_decref(recipes[0]);
	json_decref(recipes[1]);
	return ret;
}
