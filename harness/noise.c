// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include "noise.h"
#include "realtime.h"

/* How long the TSC is compared with the clock: exact to some 0.1 %. */
#define CALIBRATION_NS 5000000

void noise_add(struct noise *noise, uint64_t ticks)
{
	uint64_t us = ticks / noise->ticks_per_us;
	int bucket;

	if (us < NOISE_THRESHOLD_US)
		return;
	noise->gaps++;
	noise->lost += ticks;
	if (ticks > noise->longest)
		noise->longest = ticks;
	bucket = 63 - __builtin_clzll(us);
	if (bucket >= NOISE_BUCKETS)
		bucket = NOISE_BUCKETS - 1;
	noise->bucket[bucket]++;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* At least 1, so that nothing is divided by zero. */
static uint64_t calibrate(void)
{
	int64_t start_ns = now_ns(), ns;
	uint64_t start = __rdtsc(), ticks;

	do
		ns = now_ns() - start_ns;
	while (ns < CALIBRATION_NS);
	ticks = (uint64_t)((double)(__rdtsc() - start) * 1000 / (double)ns);
	return ticks ? ticks : 1;
}

static void watch(struct noise *noise, double seconds)
{
	uint64_t start, end, last, now;

	noise->ticks_per_us = calibrate();
	last = start = __rdtsc();
	end = start + (uint64_t)(seconds * 1e6 * (double)noise->ticks_per_us);
	do {
		now = __rdtsc();
		/* Most turns end here: the call is for gaps only. */
		if (now - last >= noise->ticks_per_us)
			noise_add(noise, now - last);
		last = now;
	} while (now < end);
	noise->duration = now - start;
}

struct job {
	const struct topology *topology;
	bool fifo;
	double seconds;
	struct noise *noise;
	struct error *err;
	int ret;
};

static void *measure(void *arg)
{
	struct job *job = arg;

	job->ret = topology_bind(job->topology, job->noise->cpu, job->err);
	if (!job->ret && job->fifo)
		job->ret = realtime_set_fifo(job->err);
	if (!job->ret)
		watch(job->noise, job->seconds);
	return NULL;
}

int noise_measure(const struct topology *topology, int cpu, bool fifo,
		  double seconds, struct noise *noise, struct error *err)
{
	struct job job = {
		.topology = topology,
		.fifo = fifo,
		.seconds = seconds,
		.noise = noise,
		.err = err,
	};
	pthread_t thread;
	int why;

	*noise = (struct noise){ .cpu = cpu };
	why = pthread_create(&thread, NULL, measure, &job);
	if (why)
		return error_set(err, "cannot start a thread: %s",
				 strerror(why));
	pthread_join(thread, NULL);
	return job.ret;
}
