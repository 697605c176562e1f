/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can this host's KVM run a guest that runs guests itself? */
#ifndef VMB_LAB_NESTED_H
#define VMB_LAB_NESTED_H

#include "error.h"

/* 0, or -1 with @err: no KVM, or none that offers VMX or SVM to its guests. */
int lab_nested_check(struct error *err);

#endif
