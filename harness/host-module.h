/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's kernel modules by /sys/module (Documentation/ABI/stable/
 * sysfs-module), and which of them runs KVM's guests. '-' and '_' are the same
 * in module names, as modprobe has it; a name with a '/' is no name (EINVAL).
 *
 * A built-in module has a directory there only when it has a parameter or a
 * version.
 */
#ifndef VMB_HOST_MODULE_H
#define VMB_HOST_MODULE_H

#include "host.h"

/* Is the module loaded, or built in and seen in /sys/module? */
enum host_answer host_module_present(const struct host_root *root,
				     const char *module);

/* Only a loaded module has an "initstate". */
enum host_answer host_module_builtin(const struct host_root *root,
				     const char *module);

/*
 * @attribute of the module: "version" (MODULE_VERSION, which few have),
 * "srcversion" or "taint". NULL with errno ENOENT when it has none.
 */
char *host_module_attribute(const struct host_root *root, const char *module,
			    const char *attribute);

/* The value of a parameter as the kernel prints it, which may be "". */
char *host_module_parameter(const struct host_root *root, const char *module,
			    const char *parameter);

/* All its parameters by name, as host_list() does. */
char **host_module_parameters(const struct host_root *root, const char *module);

/* What KVM enters guests with. */
enum kvm_backend {
	KVM_BACKEND_UNKNOWN, /* cannot be told from what the host says */
	KVM_BACKEND_NONE, /* the host has modules, but no back end */
	KVM_BACKEND_SVM,
	KVM_BACKEND_VMX,
	KVM_BACKEND_OTHER,
};

/*
 * The back end, and in @name (when not NULL) what the module of it is called
 * behind "kvm_" ("amd", "intel", "pvm"), for the caller to free; NULL for none
 * and unknown. KVM registers one back end only (kvm_x86_vendor_init()): it is
 * a loaded module, or else a built-in one whose CPU flag is there.
 */
enum kvm_backend host_kvm_backend(const struct host_root *root, char **name);

/* "svm", "vmx", "other", "none"; NULL for unknown. */
const char *kvm_backend_name(enum kvm_backend backend);

#endif
