// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmentry_probe: the host's side of vmentry-bench that user space cannot reach.
 * See vmentry_probe.h for what it does.
 */
#include <linux/cpufeature.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>
#include <asm/apic.h>
#include <asm/tsc.h>

#include "internal.h"

static int get_info(void __user *to)
{
	struct vmentry_probe_info info = {
		.abi = VMENTRY_PROBE_ABI,
		.flags = (check_tsc_unstable() ? 0 : VMENTRY_PROBE_TSC_SYNC) |
			 (probe_has_tsc_aux() ? VMENTRY_PROBE_TSC_AUX : 0),
	};

	probe_nmi_counts(&info);
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static int send_nmi(void __user *user)
{
	struct vmentry_probe_nmi nmi;
	int ret;

	if (copy_from_user(&nmi, user, sizeof(nmi)))
		return -EFAULT;
	ret = probe_nmi(&nmi);
	if (ret)
		return ret;
	return copy_to_user(user, &nmi, sizeof(nmi)) ? -EFAULT : 0;
}

static int start_train(struct probe_train *train, const void __user *user)
{
	struct vmentry_probe_train request;

	if (copy_from_user(&request, user, sizeof(request)))
		return -EFAULT;
	return probe_train_start(train, &request);
}

static int get_train_state(struct probe_train *train, void __user *user)
{
	struct vmentry_probe_train_state state;

	probe_train_state(train, &state);
	return copy_to_user(user, &state, sizeof(state)) ? -EFAULT : 0;
}

static int execute_insn(void __user *user)
{
	struct vmentry_probe_insn request;
	int ret;

	if (copy_from_user(&request, user, sizeof(request)))
		return -EFAULT;
	ret = probe_insn(&request);
	if (ret)
		return ret;
	return copy_to_user(user, &request, sizeof(request)) ? -EFAULT : 0;
}

static long probe_ioctl(struct file *file, unsigned int request,
			unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (request) {
	case VMENTRY_PROBE_IOC_INFO:
		return get_info(user);
	case VMENTRY_PROBE_IOC_NMI:
		return send_nmi(user);
	case VMENTRY_PROBE_IOC_TRAIN:
		return start_train(file->private_data, user);
	case VMENTRY_PROBE_IOC_TRAIN_STATE:
		return get_train_state(file->private_data, user);
	case VMENTRY_PROBE_IOC_INSN:
		return execute_insn(user);
	}
	return -ENOTTY;
}

static int probe_open(struct inode *inode, struct file *file)
{
	struct probe_train *train = kzalloc(sizeof(*train), GFP_KERNEL);

	if (!train)
		return -ENOMEM;
	probe_train_init(train);
	file->private_data = train;
	return 0;
}

static int probe_release(struct inode *inode, struct file *file)
{
	probe_train_stop(file->private_data);
	kfree(file->private_data);
	return 0;
}

static const struct file_operations probe_fops = {
	.owner = THIS_MODULE,
	.open = probe_open,
	.release = probe_release,
	.unlocked_ioctl = probe_ioctl,
};

static struct miscdevice probe_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmentry_probe",
	.fops = &probe_fops,
	.mode = 0600,
};

static bool has_fred(void)
{
#ifdef X86_FEATURE_FRED
	return cpu_feature_enabled(X86_FEATURE_FRED);
#else
	return false;
#endif
}

/* `insmod --force` does not ask whether this is the kernel of the headers. */
static const char *what_is_missing(void)
{
	if (strcmp(init_utsname()->release, UTS_RELEASE))
		return "the kernel it was built for, " UTS_RELEASE;
	if (boot_cpu_has(X86_FEATURE_XENPV))
		return "the CPU's ring 0: this is a guest of Xen's PV";
	if (!boot_cpu_has(X86_FEATURE_APIC) || !boot_cpu_has(X86_FEATURE_TSC))
		return "an APIC and a TSC";
	if (!apic || !apic->read || !apic->icr_write)
		return "a way to the APIC's ICR";
	if (has_fred())
		return "NMIs by the IDT: with FRED there is no paranoid entry";
	return NULL;
}

static int __init probe_init(void)
{
	const char *missing = what_is_missing();
	int ret;

	if (missing) {
		pr_err("vmentry_probe: not loaded, it needs %s\n", missing);
		return -ENODEV;
	}
	probe_find_tsc_aux();
	ret = probe_nmi_register();
	if (ret)
		return ret;
	ret = misc_register(&probe_device);
	if (ret)
		probe_nmi_unregister();
	return ret;
}

static void __exit probe_exit(void)
{
	misc_deregister(&probe_device);
	probe_nmi_unregister();
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_DESCRIPTION("NMIs and ring-0 instructions for vmentry-bench");
MODULE_LICENSE("GPL");
