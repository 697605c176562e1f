// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <unistd.h>

#include "guest-cpuid.h"
#include "kvm.h"
#include "lab/nested.h"

int lab_nested_check(struct error *err)
{
	int kvm = kvm_open(err), ret = 0;
	struct kvm_cpuid2 *cpuid;

	if (kvm < 0)
		return -1;
	cpuid = guest_cpuid(kvm, 0, err);
	if (!cpuid)
		ret = -1;
	else if (guest_cpuid_flag(cpuid, "vmx") != HOST_YES &&
		 guest_cpuid_flag(cpuid, "svm") != HOST_YES)
		ret = error_set(
			err, "accel=kvm needs nested virtualisation: this "
			     "host's KVM offers its guests neither VMX nor "
			     "SVM (parameter 'nested' of kvm_intel, kvm_amd)");
	free(cpuid);
	close(kvm);
	return ret;
}
