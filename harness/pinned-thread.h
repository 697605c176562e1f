/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that runs on one pCPU from its first instruction on. */
#ifndef VMB_PINNED_THREAD_H
#define VMB_PINNED_THREAD_H

#include <pthread.h>

#include "error.h"

/*
 * @function(@arg) on pCPU @cpu, which the kernel numbers. It does not get
 * SIGALRM, the watchdog's signal (guest-run.c). The caller joins *@thread.
 */
int pinned_thread_start(pthread_t *thread, int cpu, void *(*function)(void *),
			void *arg, struct error *err);

#endif
