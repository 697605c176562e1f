// SPDX-License-Identifier: GPL-2.0-or-later
/* env.json: KVM and VFIO. */
#include <errno.h>
#include <stdlib.h>

#include "env-facts.h"
#include "host-module.h"
#include "util.h"

static const char *const module_prefixes[] = { "kvm", "vfio" };

static json_t *parameters(const struct host_root *root, const char *module)
{
	char **names = host_module_parameters(root, module);
	json_t *object;

	if (!names && errno != ENOENT)
		return json_null();
	object = json_object();
	for (size_t i = 0; names && names[i]; i++)
		env_put(object, names[i],
			env_value(
				host_module_parameter(root, module, names[i])));
	host_list_free(names);
	return object;
}

static json_t *describe_module(const struct host_root *root, const char *name)
{
	json_t *module = json_object();

	env_put(module, "builtin", env_answer(host_module_builtin(root, name)));
	env_put(module, "version",
		env_text(host_module_attribute(root, name, "version")));
	env_put(module, "srcversion",
		env_text(host_module_attribute(root, name, "srcversion")));
	env_put(module, "taint",
		env_list(host_module_attribute(root, name, "taint")));
	env_put(module, "parameters", parameters(root, name));
	return module;
}

static json_t *modules(const struct host_root *root)
{
	json_t *object = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(module_prefixes); i++) {
		char **names =
			host_list(root, "/sys/module", module_prefixes[i]);

		if (names && !object)
			object = json_object();
		for (size_t j = 0; names && names[j]; j++)
			env_put(object, names[j],
				describe_module(root, names[j]));
		host_list_free(names);
	}
	return object;
}

/* Without devtmpfs, that the device is not seen says nothing. */
static enum host_answer device(const struct host_root *root)
{
	if (host_exists(root, "/dev") != HOST_YES)
		return HOST_UNKNOWN;
	return host_exists(root, "/dev/kvm");
}

void env_put_kvm(json_t *group, const struct host_root *root)
{
	char *name = NULL;
	const char *backend = kvm_backend_name(host_kvm_backend(root, &name));

	env_put(group, "device", env_answer(device(root)));
	env_put(group, "backend", backend ? json_string(backend) : NULL);
	env_put(group, "backend_name", env_text(name));
	env_put(group, "modules", modules(root));
}
