// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "fitness.h"
#include "tune.h"

#define SYS_CPU "/sys/devices/system/cpu"
#define THP	"/sys/kernel/mm/transparent_hugepage/enabled"

#define CPU 1

static const struct setting {
	const char *path;
	const char *before;
	const char *during;
} settings[] = {
	{ SYS_CPU "/cpufreq/policy0/scaling_governor", "powersave\n",
	  "performance\n" },
	{ SYS_CPU "/cpufreq/policy1/scaling_governor", "schedutil\n",
	  "performance\n" },
	{ SYS_CPU "/cpufreq/boost", "1\n", "0\n" },
	{ "/proc/sys/kernel/nmi_watchdog", "1\n", "0\n" },
	{ "/proc/sys/kernel/numa_balancing", "2\n", "0\n" },
	{ "/sys/kernel/mm/ksm/run", "1\n", "0\n" },
	{ "/proc/irq/5/smp_affinity_list", "0-3\n", "0,2-3\n" },
	/* It had the pCPU alone. */
	{ "/proc/irq/10/smp_affinity_list", "1\n", "0,2-3\n" },
};

static const struct fixture_file left_alone[] = {
	{ SYS_CPU "/online", "0-3\n" },
	{ SYS_CPU "/cpufreq/policy2/scaling_governor", "performance\n" },
	{ "/proc/irq/6/smp_affinity_list", "2-3\n" },
	{ "/proc/irq/default_smp_affinity", "f\n" },
	{ THP, "always [madvise] never\n" },
};

static void put_host(const struct fixture *f)
{
	put_files(f, left_alone, ARRAY_SIZE(left_alone));
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		put(f, settings[i].path, settings[i].before);
}

static bool has_text(const struct fixture *f, const char *path,
		     const char *expected)
{
	char *text = host_text(&f->root, path, 4096);
	bool same = text && !strcmp(text, expected);

	free(text);
	return same;
}

static void assert_host(const struct fixture *f, bool tuned)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const struct setting *s = &settings[i];

		if (!has_text(f, s->path, tuned ? s->during : s->before))
			fail_msg("'%s' is not as it should be %s", s->path,
				 tuned ? "during a run" : "after it");
	}
	for (size_t i = 0; i < ARRAY_SIZE(left_alone); i++)
		assert_true(
			has_text(f, left_alone[i].path, left_alone[i].text));
}

/* --- plans ---------------------------------------------------------------- */

static void a_plan_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct tune tune;

	put_host(f);
	tune_plan(&tune, &f->root, CPU);
	assert_int_equal(tune.count, ARRAY_SIZE(settings));
	assert_int_equal(tune.guardian, 0);
	assert_int_equal(tune_end(&tune), 0);
	assert_host(f, false);
}

static void a_host_without_settings_needs_none(void **state)
{
	struct fixture *f = *state;
	struct tune tune;

	tune_plan(&tune, &f->root, CPU);
	assert_int_equal(tune.count, 0);
	assert_int_equal(tune_end(&tune), 0);
}

static void settings_of_other_hosts(void **state)
{
	static const struct fixture_file files[] = {
		{ SYS_CPU "/intel_pstate/no_turbo", "0\n" },
		{ SYS_CPU "/cpufreq/boost", "0\n" },
		{ THP, "always madvise [never]\n" },
		{ "/dev/cpu_dma_latency", "" },
		/* The pCPU is the only one: the interrupt has to stay. */
		{ SYS_CPU "/online", "1\n" },
		{ "/proc/irq/5/smp_affinity_list", "1\n" },
		{ "/sys/kernel/mm/ksm/run", "2\n" },
	};
	static const char *const expected[] = { "turbo", "thp", "c-states" };
	struct fixture *f = *state;
	struct tune tune;

	put_files(f, files, ARRAY_SIZE(files));
	tune_plan(&tune, &f->root, CPU);
	assert_int_equal(tune.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_string_equal(tune.setting[i].name, expected[i]);
	assert_string_equal(tune.setting[0].to, "1");
	assert_string_equal(tune.setting[1].from, "never");
	assert_true(tune.setting[2].held);
	assert_int_equal(tune_end(&tune), 0);
}

/* --- a run ---------------------------------------------------------------- */

static void a_run_is_tuned_and_restored(void **state)
{
	struct fixture *f = *state;
	struct error err = { "" };
	struct tune tune;

	put_host(f);
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	assert_host(f, true);
	for (size_t i = 0; i < tune.count; i++)
		assert_int_equal(tune.setting[i].why, 0);
	assert_int_equal(tune_end(&tune), 0);
	assert_host(f, false);
	/* Again, which does no harm. */
	assert_int_equal(tune_end(&tune), 0);
}

static void the_latency_limit_is_written_as_a_number(void **state)
{
	const int32_t expected = TUNE_LATENCY_US;
	struct fixture *f = *state;
	struct error err;
	struct tune tune;
	char *path = host_path(&f->root, "/dev/cpu_dma_latency"), *bytes;
	size_t len = 0;

	put(f, SYS_CPU "/online", "0-3\n");
	put(f, "/dev/cpu_dma_latency", "");
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	assert_int_equal(tune.setting[0].why, 0);
	bytes = read_file(path, &len);
	assert_int_equal(len, sizeof(expected));
	assert_memory_equal(bytes, &expected, sizeof(expected));
	assert_int_equal(tune_end(&tune), 0);
	free(bytes);
	free(path);
}

static void what_the_host_refuses_stays(void **state)
{
	struct fixture *f = *state;
	struct error err;
	struct tune tune;
	char *path = host_path(&f->root, "/proc/sys/kernel/numa_balancing");
	size_t refused = 0;
	json_t *json;

	put_host(f);
	unlink(path);
	/* Something that not even root may write. */
	assert_int_equal(symlink("/proc/sys/kernel/ngroups_max", path), 0);
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	json = tune_json(&tune);
	assert_int_equal(json_array_size(json), tune.count);
	for (size_t i = 0; i < tune.count; i++) {
		const json_t *why =
			json_object_get(json_array_get(json, i), "error");

		assert_int_equal(json_is_string(why), tune.setting[i].why != 0);
		refused += tune.setting[i].why != 0;
	}
	assert_int_equal(refused, 1);
	json_decref(json);
	/* Nor is it restored, which would be an error. */
	assert_int_equal(tune_end(&tune), 0);
	unlink(path);
	put(f, "/proc/sys/kernel/numa_balancing", "2\n");
	assert_host(f, false);
	free(path);
}

static void two_runs_do_not_tune_at_once(void **state)
{
	struct fixture *f = *state;
	struct tune first, second;
	struct error err;

	put_host(f);
	assert_int_equal(tune_begin(&first, &f->root, CPU, &err), 0);
	assert_int_equal(tune_begin(&second, &f->root, CPU, &err), -1);
	assert_string_equal(err.text, "another run with '--tune' goes on here");
	assert_int_equal(tune_end(&second), 0);
	assert_host(f, true);
	assert_int_equal(tune_end(&first), 0);
	assert_host(f, false);
	assert_int_equal(tune_begin(&second, &f->root, CPU, &err), 0);
	assert_int_equal(tune_end(&second), 0);
	assert_host(f, false);
}

/* --- the death of a run --------------------------------------------------- */

static void sleep_us(long us)
{
	const struct timespec time = { .tv_nsec = us * 1000 };

	nanosleep(&time, NULL);
}

/* A run that tunes and then goes on for ever, with a launch as its child. */
static pid_t start_run(const struct fixture *f, int ready_fd)
{
	pid_t pid = fork();
	struct error err;
	struct tune tune;
	pid_t parent;

	if (pid)
		return pid;
	/* cmocka's handler would go on with the tests, here. */
	signal(SIGSEGV, SIG_DFL);
	/* A background job's ignores it, as one of nohup does that. */
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	if (tune_begin(&tune, &f->root, CPU, &err))
		_exit(1);
	parent = getpid();
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			sleep_us(100000);
		_exit(0);
	}
	if (write(ready_fd, "r", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* The guardian holds this lock until all is restored. */
static void wait_for_guardian(const struct fixture *f)
{
	char *path = host_path(&f->root, SYS_CPU);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	for (int i = 0; i < 2000 && flock(fd, LOCK_EX | LOCK_NB); i++)
		sleep_us(5000);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	free(path);
}

static void end_run(const struct fixture *f, pid_t pid, int signal)
{
	int status;

	assert_int_equal(kill(pid, signal), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	wait_for_guardian(f);
	assert_host(f, false);
}

static void assert_restored_after(const struct fixture *f, int signal)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = start_run(f, ready[1]);
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_host(f, true);
	end_run(f, pid, signal);
	close(ready[0]);
	close(ready[1]);
}

static void a_killed_run_is_restored(void **state)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGINT, SIGHUP,
				       SIGSEGV };
	struct fixture *f = *state;

	put_host(f);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		assert_restored_after(f, signals[i]);
}

static void a_run_killed_at_any_moment_is_restored(void **state)
{
	struct fixture *f = *state;
	int ready[2];
	pid_t pid;

	put_host(f);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	srandom(1);
	for (int i = 0; i < 200; i++) {
		pid = start_run(f, ready[1]);
		assert_true(pid > 0);
		sleep_us(random() % 2000);
		end_run(f, pid, SIGKILL);
	}
	close(ready[0]);
	close(ready[1]);
}

static void the_guardian_outlives_signals_to_its_group(void **state)
{
	struct fixture *f = *state;
	struct error err;
	struct tune tune;

	put_host(f);
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	assert_int_equal(getsid(tune.guardian), tune.guardian);
	assert_int_equal(kill(tune.guardian, SIGTERM), 0);
	assert_int_equal(kill(tune.guardian, SIGINT), 0);
	assert_int_equal(kill(tune.guardian, SIGHUP), 0);
	sleep_us(20000);
	assert_host(f, true);
	assert_int_equal(tune_end(&tune), 0);
	assert_host(f, false);
}

/* Its parent does then what it no longer can, and says so. */
static void a_killed_guardian_is_stood_in_for(void **state)
{
	struct fixture *f = *state;
	struct error err;
	struct tune tune, second;

	put_host(f);
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	assert_int_equal(kill(tune.guardian, SIGKILL), 0);
	sleep_us(20000);
	assert_host(f, true);
	/* What is set now is still not another run's to restore. */
	assert_int_equal(tune_begin(&second, &f->root, CPU, &err), -1);
	assert_int_equal(tune_end(&second), 0);
	assert_int_equal(tune_end(&tune), -1);
	assert_host(f, false);
	assert_int_equal(tune_begin(&tune, &f->root, CPU, &err), 0);
	assert_int_equal(tune_end(&tune), 0);
}

/* --- noise ---------------------------------------------------------------- */

static void gaps_are_counted_by_length(void **state)
{
	struct noise noise = { .ticks_per_us = 1000 };

	(void)state;
	noise_add(&noise, 0);
	noise_add(&noise, 999);
	assert_int_equal(noise.gaps, 0);
	noise_add(&noise, 1000);
	noise_add(&noise, 1999);
	noise_add(&noise, 2000);
	noise_add(&noise, 3999);
	noise_add(&noise, 4000);
	noise_add(&noise, 3600ull * 1000000 * 1000);
	assert_int_equal(noise.gaps, 6);
	assert_int_equal(noise.bucket[0], 2);
	assert_int_equal(noise.bucket[1], 2);
	assert_int_equal(noise.bucket[2], 1);
	assert_int_equal(noise.bucket[NOISE_BUCKETS - 1], 1);
	assert_int_equal(noise.longest, 3600ull * 1000000 * 1000);
	assert_int_equal(noise.lost, 3600ull * 1000000 * 1000 + 12998);
}

static void noise_of_this_machine(void **state)
{
	struct topology *topology;
	struct placement placement;
	struct noise noise;
	struct error err;

	(void)state;
	topology = topology_load(NULL, &err);
	assert_non_null(topology);
	assert_int_equal(topology_place(topology, -1, -1, &placement, &err), 0);
	assert_int_equal(noise_measure(topology, placement.cpu, false, 0.02,
				       &noise, &err),
			 0);
	assert_int_equal(noise.cpu, placement.cpu);
	assert_true(noise.duration >= 19000 * noise.ticks_per_us);
	assert_true(noise.lost <= noise.duration);
	assert_int_equal(
		noise_measure(topology, 65000, false, 0.02, &noise, &err), -1);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_plan_changes_nothing),
		FIXTURE_TEST(a_host_without_settings_needs_none),
		FIXTURE_TEST(settings_of_other_hosts),
		FIXTURE_TEST(a_run_is_tuned_and_restored),
		FIXTURE_TEST(the_latency_limit_is_written_as_a_number),
		FIXTURE_TEST(what_the_host_refuses_stays),
		FIXTURE_TEST(two_runs_do_not_tune_at_once),
		FIXTURE_TEST(a_killed_run_is_restored),
		FIXTURE_TEST(a_run_killed_at_any_moment_is_restored),
		FIXTURE_TEST(the_guardian_outlives_signals_to_its_group),
		FIXTURE_TEST(a_killed_guardian_is_stood_in_for),
		cmocka_unit_test(gaps_are_counted_by_length),
		cmocka_unit_test(noise_of_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
