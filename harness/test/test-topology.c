// SPDX-License-Identifier: GPL-2.0-or-later
/* The choice of pCPUs, on machines that hwloc makes up. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "topology.h"
#include "util.h"

#define NONE (-1)

/* pCPUs 0-7 on node 0, 8-15 on node 1; two pCPUs a core. */
#define TWO_SOCKETS "pack:2 numa:1 core:4 pu:2"

static struct topology *load(const char *synthetic)
{
	struct topology *topology;
	struct error err;

	topology = topology_load(synthetic, &err);
	if (!topology)
		fail_msg("%s", err.text);
	return topology;
}

static const struct choice {
	const char *machine;
	int cpu, node; /* wishes */
	struct placement chosen; /* pCPU, helper's pCPU, node */
} choices[] = {
	/* the first pCPU of the last core; the helper on the same node */
	{ TWO_SOCKETS, NONE, NONE, { 14, 8, 1 } },
	{ TWO_SOCKETS, NONE, 0, { 6, 0, 0 } },
	{ TWO_SOCKETS, NONE, 1, { 14, 8, 1 } },
	{ TWO_SOCKETS, 0, NONE, { 0, 2, 0 } },
	{ TWO_SOCKETS, 1, NONE, { 1, 2, 0 } },
	{ TWO_SOCKETS, 3, 0, { 3, 0, 0 } },
	{ TWO_SOCKETS, 8, NONE, { 8, 10, 1 } },
	{ TWO_SOCKETS, 15, 1, { 15, 8, 1 } },
	{ "numa:4 core:2 pu:1", NONE, NONE, { 7, 6, 3 } },
	{ "numa:4 core:2 pu:1", NONE, 2, { 5, 4, 2 } },
	{ "numa:4 core:2 pu:1", 2, NONE, { 2, 3, 1 } },
	/* another core is better than the same node */
	{ "numa:2 core:1 pu:2", NONE, NONE, { 2, 0, 1 } },
	{ "numa:2 core:1 pu:2", 0, NONE, { 0, 2, 0 } },
	/* and the other thread of the core better than nothing */
	{ "core:1 pu:2", NONE, NONE, { 0, 1, 0 } },
	{ "core:1 pu:2", 1, NONE, { 1, 0, 0 } },
	{ "core:1 pu:1", NONE, NONE, { 0, NONE, 0 } },
	{ "core:1 pu:1", 0, 0, { 0, NONE, 0 } },
	/* where hwloc sees no cores, every pCPU is one */
	{ "pu:4", NONE, NONE, { 3, 0, 0 } },
	{ "pu:4", 1, NONE, { 1, 0, 0 } },
	/* numbers are the kernel's, not hwloc's */
	{ "core:2 pu:2(indexes=0,2,1,3)", NONE, NONE, { 1, 0, 0 } },
	{ "core:2 pu:2(indexes=0,2,1,3)", 3, NONE, { 3, 0, 0 } },
	{ "core:2 pu:2(indexes=0,2,1,3)", 2, NONE, { 2, 1, 0 } },
	{ "numa:2(indexes=5,3) core:1 pu:1", NONE, NONE, { 1, 0, 3 } },
	{ "numa:2(indexes=5,3) core:1 pu:1", NONE, 5, { 0, 1, 5 } },
};

static void check_choice(const struct choice *c)
{
	struct topology *topology = load(c->machine);
	struct placement p = { 99, 99, 99 };
	struct error err;

	if (topology_place(topology, c->cpu, c->node, &p, &err))
		fail_msg("'%s': %s", c->machine, err.text);
	if (p.cpu != c->chosen.cpu || p.helper_cpu != c->chosen.helper_cpu ||
	    p.node != c->chosen.node)
		fail_msg("'%s', cpu %d, node %d: chosen are %d, %d, %d",
			 c->machine, c->cpu, c->node, p.cpu, p.helper_cpu,
			 p.node);
	topology_free(topology);
}

static void test_choices(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		check_choice(&choices[i]);
}

static void refuse(const char *machine, int cpu, int node, const char *reason)
{
	struct topology *topology = load(machine);
	struct placement placement;
	struct error err;

	assert_int_equal(topology_place(topology, cpu, node, &placement, &err),
			 -1);
	assert_string_equal(err.text, reason);
	topology_free(topology);
}

static void test_bad_wishes(void **state)
{
	(void)state;
	refuse(TWO_SOCKETS, 16, NONE,
	       "there is no pCPU 16 that this process may use");
	refuse(TWO_SOCKETS, 65535, NONE,
	       "there is no pCPU 65535 that this process may use");
	refuse(TWO_SOCKETS, NONE, 2, "there is no NUMA node 2 here");
	refuse(TWO_SOCKETS, 0, 2, "there is no NUMA node 2 here");
	refuse(TWO_SOCKETS, 3, 1, "pCPU 3 is not on NUMA node 1");
	refuse(TWO_SOCKETS, 8, 0, "pCPU 8 is not on NUMA node 0");
	refuse("core:2 pu:1(indexes=4,6)", 0, NONE,
	       "there is no pCPU 0 that this process may use");
	refuse("numa:2(indexes=5,3) core:1 pu:1", NONE, 0,
	       "there is no NUMA node 0 here");
	/* a second node of the same pCPUs, as of slow memory */
	refuse("pack:1 [numa] [numa] core:2 pu:1", NONE, 1,
	       "NUMA node 1 has no pCPU");
}

static void test_counts(void **state)
{
	static const struct {
		const char *machine;
		int cpus;
	} machines[] = {
		{ TWO_SOCKETS, 16 },
		{ "numa:4 core:2 pu:1", 8 },
		{ "core:1 pu:1", 1 },
	};
	struct topology *topology;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		topology = load(machines[i].machine);
		assert_int_equal(topology_cpus(topology), machines[i].cpus);
		topology_free(topology);
	}
}

static void test_bad_description(void **state)
{
	struct error err;

	(void)state;
	/* hwloc says why on stderr only when HWLOC_SYNTHETIC_VERBOSE is set */
	assert_null(topology_load("pack:", &err));
	assert_string_equal(err.text,
			    "hwloc cannot read the machine's topology");
	topology_free(NULL);
}

/* This machine: what is chosen can be bound to, and the rest cannot. */
static void test_this_machine(void **state)
{
	struct topology *topology;
	struct placement p;
	cpu_set_t before;
	struct error err;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	topology = load(NULL);
	assert_int_equal(topology_cpus(topology), CPU_COUNT(&before));
	assert_int_equal(topology_place(topology, -1, -1, &p, &err), 0);
	assert_true(CPU_ISSET((size_t)p.cpu, &before));
	assert_true(p.helper_cpu != p.cpu);
	if (topology_bind(topology, p.cpu, &err))
		fail_msg("%s", err.text);
	assert_int_equal(sched_getcpu(), p.cpu);
	assert_int_equal(topology_bind(topology, 65535, &err), -1);
	assert_string_equal(err.text, "there is no pCPU 65535");
	assert_int_equal(topology_check_bound(p.cpu, &err), 0);
	assert_int_equal(topology_check_bound(p.cpu + 1, &err), -1);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	if (CPU_COUNT(&before) > 1)
		assert_int_equal(topology_check_bound(p.cpu, &err), -1);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_bad_wishes),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_bad_description),
		cmocka_unit_test(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
