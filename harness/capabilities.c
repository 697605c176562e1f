// SPDX-License-Identifier: GPL-2.0-or-later
#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capabilities.h"
#include "guest-cpuid.h"
#include "host-module.h"
#include "kvm.h"
#include "vm.h"

static bool parameter_on(const struct host_root *root, const char *module,
			 const char *parameter)
{
	char *value = host_module_parameter(root, module, parameter);
	bool on = value && (*value == 'Y' || *value == '1');

	free(value);
	return on;
}

static int ask_extension(int capability)
{
	int fd = kvm_open(NULL), ret, saved;

	if (fd < 0)
		return -1;
	ret = kvm_try_value(fd, KVM_CHECK_EXTENSION, capability);
	saved = errno;
	close(fd);
	errno = saved;
	return ret;
}

static int read_guest_cpuid(struct capabilities *capabilities,
			    struct error *err)
{
	int fd = kvm_open(err);

	if (fd < 0)
		return -1;
	capabilities->require.guest_cpuid = guest_cpuid(fd, 0, err);
	close(fd);
	return capabilities->require.guest_cpuid ? 0 : -1;
}

static int try_vm(struct capabilities *capabilities, struct error *err)
{
	const struct vm_config config = {
		.memory_size = vm_memory_size(0),
		.node = -1,
		.vcpus = 1,
	};
	struct vm vm;
	int ret;

	ret = vm_create(&vm, &config, err);
	capabilities->require.same_tsc = !ret && vm.same_tsc;
	vm_destroy(&vm);
	return ret;
}

static bool has_idle_hlt(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(0x8000000a, &eax, &ebx, &ecx, &edx) &&
	       edx & 1u << 30;
}

static int read_host(struct capabilities *capabilities, struct error *err)
{
	const struct host_root *root = &capabilities->root;

	*capabilities = (struct capabilities){ .root = host_root_chosen() };
	capabilities->topology = topology_load(NULL, err);
	if (!capabilities->topology)
		return -1;
	capabilities->require.root = root;
	capabilities->require.extension = ask_extension;
	capabilities->require.cpus = topology_cpus(capabilities->topology);
	capabilities->apicv = parameter_on(root, "kvm_intel", "enable_apicv") ||
			      parameter_on(root, "kvm_amd", "avic");
	capabilities->other_backend = host_kvm_backend(root, NULL) ==
				      KVM_BACKEND_OTHER;
	capabilities->idle_hlt = has_idle_hlt();
	return 0;
}

static int read_kvm(struct capabilities *capabilities, struct error *err)
{
	if (read_guest_cpuid(capabilities, err))
		return -1;
	return try_vm(capabilities, err);
}

int capabilities_read(struct capabilities *capabilities, struct error *err)
{
	if (read_host(capabilities, err))
		return -1;
	if (read_kvm(capabilities, err)) {
		capabilities_free(capabilities);
		return -1;
	}
	return 0;
}

int capabilities_probe(struct capabilities *capabilities, struct error *err)
{
	if (read_host(capabilities, err))
		return -1;
	read_kvm(capabilities, NULL);
	return 0;
}

void capabilities_free(struct capabilities *capabilities)
{
	topology_free(capabilities->topology);
	free((void *)capabilities->require.guest_cpuid);
	*capabilities = (struct capabilities){ 0 };
}
