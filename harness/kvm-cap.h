/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of KVM's capabilities. */
#ifndef VMB_KVM_CAP_H
#define VMB_KVM_CAP_H

/*
 * What KVM_CHECK_EXTENSION takes for @name, which is KVM_CAP_NAME in lower
 * case with '-' for '_': "x86-user-space-msr". -1 when it is not known.
 */
int kvm_cap_number(const char *name);

#endif
