// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include "host-load.h"
#include "placement.h"

/* hwloc's syntax; PUs are numbered one after the other. */
#define TWO_PACKAGES "pack:2 [numa] l3:1 core:2 pu:2"
#define FOUR_NODES   "pack:2 group:2 [numa] l3:2 core:2 pu:2"
#define NO_SMT	     "pack:1 [numa] l3:1 core:2 pu:1"
#define ONE_CORE     "pack:1 [numa] l3:1 core:1 pu:2"
#define ONE_CPU	     "pack:1 core:1 pu:1"

static struct topology *load(const char *synthetic)
{
	struct error err;
	struct topology *topology = topology_load(synthetic, &err);

	assert_non_null(topology);
	return topology;
}

static struct placement place(const struct topology *topology, int cpu,
			      int node)
{
	struct placement placement;
	struct error err;

	assert_int_equal(topology_place(topology, cpu, node, &placement, &err),
			 0);
	return placement;
}

static void assert_placement(struct placement placement, int cpu,
			     int helper_cpu, int node)
{
	assert_int_equal(placement.cpu, cpu);
	assert_int_equal(placement.helper_cpu, helper_cpu);
	assert_int_equal(placement.node, node);
}

/* --- choosing ------------------------------------------------------------ */

static void an_isolated_cpu_is_preferred(void **state)
{
	static const struct {
		const char *isolated;
		int cpu, helper;
	} cases[] = {
		{ NULL, 6, 4 },
		{ "", 6, 4 },
		/* Its sibling is not isolated, but it is. */
		{ "1", 1, 2 },
		/* All of a core rather than a part of a later one. */
		{ "2-3,7", 2, 0 },
		{ "2-5", 4, 6 },
		{ "0-7", 6, 4 },
		/* pCPUs that are not there do no harm. */
		{ "1,100-200", 1, 2 },
	};
	struct topology *topology = load(TWO_PACKAGES);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		topology_set_hints(topology,
				   &(struct topology_hints){
					   .isolated = cases[i].isolated,
				   });
		assert_placement(place(topology, -1, -1), cases[i].cpu,
				 cases[i].helper, cases[i].cpu / 4);
	}
	topology_free(topology);
}

static void the_least_busy_core_is_preferred(void **state)
{
	static const struct {
		double busy[8];
		int cpu, helper;
	} cases[] = {
		{ { 0 }, 6, 4 },
		{ { 0, 0, 0, 0, 0, 0, 0.5, 0 }, 4, 6 },
		/* A sibling's load counts. */
		{ { 0, 0, 0, 0, 0, 0, 0, 0.5 }, 4, 6 },
		{ { 0, 0.2, 0, 0, 0.3, 0, 0, 0.5 }, 2, 0 },
		/* So little is no difference. */
		{ { 0, 0, 0, 0, 0, 0, 0.02, 0.02 }, 6, 4 },
		/* The helper: the same node first, then the load. */
		{ { 0, 0, 0, 0, 0.9, 0.9, 0, 0 }, 6, 4 },
	};
	struct topology *topology = load(TWO_PACKAGES);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		topology_set_hints(topology, &(struct topology_hints){
						     .busy = cases[i].busy,
						     .nr_busy = 8,
					     });
		assert_placement(place(topology, -1, -1), cases[i].cpu,
				 cases[i].helper, cases[i].cpu / 4);
	}
	topology_free(topology);
}

static void isolation_counts_more_than_load(void **state)
{
	const double busy[] = { 0, 0, 0.9, 0.9, 0, 0, 0, 0 };
	struct topology *topology = load(TWO_PACKAGES);

	(void)state;
	topology_set_hints(topology, &(struct topology_hints){
					     .isolated = "2-3",
					     .busy = busy,
					     .nr_busy = ARRAY_SIZE(busy),
				     });
	assert_placement(place(topology, -1, -1), 2, 0, 0);
	/* Wishes count more than either. */
	assert_placement(place(topology, -1, 1), 6, 4, 1);
	assert_placement(place(topology, 5, -1), 5, 6, 1);
	topology_free(topology);
}

static void siblings_stay_idle(void **state)
{
	static const char *const machines[] = { TWO_PACKAGES, FOUR_NODES };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct topology *topology = load(machines[i]);

		for (int cpu = 0; cpu < topology_cpus(topology); cpu++) {
			struct placement p = place(topology, cpu, -1);

			assert_int_not_equal(p.helper_cpu / 2, p.cpu / 2);
		}
		topology_free(topology);
	}
}

/* --- relations ----------------------------------------------------------- */

struct related {
	const char *machine;
	int cpu;
	enum relation relation;
	bool helper;
	int helper_cpu; /* of what comes out; -2: it cannot be */
	int node;
	const char *reason;
};

static const struct related related[] = {
	{ FOUR_NODES, 0, RELATION_NONE, true, 2, 0, NULL },
	{ FOUR_NODES, 0, RELATION_SMT_SIBLING, true, 1, 0, NULL },
	{ FOUR_NODES, 1, RELATION_SMT_SIBLING, true, 0, 0, NULL },
	{ FOUR_NODES, 0, RELATION_OTHER_CORE, true, 2, 0, NULL },
	{ FOUR_NODES, 3, RELATION_OTHER_CORE, true, 0, 0, NULL },
	{ FOUR_NODES, 0, RELATION_OTHER_L3, true, 4, 0, NULL },
	{ FOUR_NODES, 5, RELATION_OTHER_L3, true, 0, 0, NULL },
	{ FOUR_NODES, 0, RELATION_OTHER_NODE, true, 8, 1, NULL },
	{ FOUR_NODES, 30, RELATION_OTHER_NODE, true, 0, 0, NULL },
	{ FOUR_NODES, 30, RELATION_OTHER_L3, true, 24, 3, NULL },
	{ FOUR_NODES, 0, RELATION_LOCAL, true, -2, 0,
	  "the helper thread needs a pCPU of its own" },
	/* Without a helper thread only memory can be elsewhere. */
	{ FOUR_NODES, 0, RELATION_LOCAL, false, 2, 0, NULL },
	{ FOUR_NODES, 0, RELATION_OTHER_NODE, false, 2, 1, NULL },
	{ FOUR_NODES, 0, RELATION_SMT_SIBLING, false, -2, 0,
	  "the benchmark has no helper thread to place" },
	{ FOUR_NODES, 0, RELATION_OTHER_CORE, false, -2, 0,
	  "the benchmark has no helper thread to place" },
	{ FOUR_NODES, 0, RELATION_OTHER_L3, false, -2, 0,
	  "the benchmark has no helper thread to place" },
	{ TWO_PACKAGES, 0, RELATION_OTHER_L3, true, -2, 0,
	  "there is no other L3 cache on the node of pCPU 0" },
	{ TWO_PACKAGES, 7, RELATION_OTHER_NODE, true, 0, 0, NULL },
	{ NO_SMT, 1, RELATION_SMT_SIBLING, true, -2, 0,
	  "pCPU 1 has no SMT sibling to use" },
	{ NO_SMT, 1, RELATION_OTHER_CORE, true, 0, 0, NULL },
	{ NO_SMT, 1, RELATION_OTHER_NODE, true, -2, 0,
	  "there is only one NUMA node here" },
	{ NO_SMT, 1, RELATION_OTHER_NODE, false, -2, 0,
	  "there is only one NUMA node here" },
	{ ONE_CORE, 0, RELATION_SMT_SIBLING, true, 1, 0, NULL },
	{ ONE_CORE, 0, RELATION_OTHER_CORE, true, -2, 0,
	  "no other core shares the L3 cache of pCPU 0" },
	{ ONE_CPU, 0, RELATION_SMT_SIBLING, true, -2, 0,
	  "pCPU 0 has no SMT sibling to use" },
	{ ONE_CPU, 0, RELATION_LOCAL, false, -1, 0, NULL },
};

static void relations_on_described_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(related); i++) {
		const struct related *r = &related[i];
		struct topology *topology = load(r->machine);
		struct placement base = place(topology, r->cpu, -1), got;
		struct error err = { "" };
		int ret = topology_relate(topology, &base, r->relation,
					  r->helper, &got, &err);

		if (ret != (r->helper_cpu == -2 ? -1 : 0))
			fail_msg("case %zu: %d, %s", i, ret, err.text);
		if (ret)
			assert_string_equal(err.text, r->reason);
		else
			assert_placement(got, r->cpu, r->helper_cpu, r->node);
		topology_free(topology);
	}
}

static void the_quietest_related_cpu_is_taken(void **state)
{
	const double busy[32] = { [4] = 0.9, [5] = 0.9, [8] = 0.9 };
	struct topology *topology = load(FOUR_NODES);
	struct placement base, got;
	struct error err;

	(void)state;
	topology_set_hints(topology, &(struct topology_hints){
					     .isolated = "14-15",
					     .busy = busy,
					     .nr_busy = ARRAY_SIZE(busy),
				     });
	base = place(topology, 0, -1);
	assert_int_equal(topology_relate(topology, &base, RELATION_OTHER_L3,
					 true, &got, &err),
			 0);
	assert_placement(got, 0, 6, 0);
	assert_int_equal(topology_relate(topology, &base, RELATION_OTHER_NODE,
					 true, &got, &err),
			 0);
	assert_placement(got, 0, 14, 1);
	topology_free(topology);
}

/* --- names --------------------------------------------------------------- */

static void lists_of_relations(void **state)
{
	static const char *const good[] = {
		"local",
		"other-node",
		"other-l3,local",
		"local,smt-sibling,other-core,other-l3,other-node",
	};
	static const char *const bad[] = {
		"", ",", "local,", "Local", "local,local", "remote", "none",
	};
	struct relation_list list;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(relation_list_parse(&list, good[i], &err), 0);
		assert_text(relation_list_text(&list), good[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(relation_list_parse(&list, bad[i], &err), -1);
	assert_int_equal(relation_list_parse(&list, "local,local", &err), -1);
	assert_string_equal(err.text, "placement 'local' is named twice");
	list.count = 0;
	assert_text(relation_list_text(&list), "");
}

/* --- facts of the host --------------------------------------------------- */

static const char stat_text[] = "cpu  1000 0 1000 8000 0 0 0 100 7 7\n"
				"cpu0 100 10 200 600 50 20 10 10 7 7\n"
				"cpu12 1 1 1 1 1 1 1 1 0 0\n"
				"cpu13 1 1 1\n"
				"intr 5 0 0\n";

static void times_of_a_cpu(void **state)
{
	struct cpu_time time;

	(void)state;
	assert_int_equal(cpu_time_parse(stat_text, 0, &time), 0);
	assert_int_equal(time.total, 1000);
	assert_int_equal(time.idle, 650);
	assert_int_equal(time.steal, 10);
	assert_int_equal(cpu_time_parse(stat_text, 12, &time), 0);
	assert_int_equal(cpu_time_parse(stat_text, 1, &time), -1);
	assert_int_equal(cpu_time_parse(stat_text, 13, &time), -1);
	assert_int_equal(cpu_time_parse("", 0, &time), -1);
}

static void shares_between_two_times(void **state)
{
	static const char before[] = "cpu  0\n"
				     "cpu0 100 0 0 900 0 0 0 0\n"
				     "cpu1 100 0 0 900 0 0 0 0\n"
				     "cpu3 100 0 0 900 0 0 0 0\n"
				     "cpu4 100 0 0 900 0 0 0 0\n";
	static const char after[] = "cpu  0\n"
				    "cpu0 110 0 0 910 0 0 0 0\n"
				    "cpu1 100 0 0 920 0 0 0 0\n"
				    "cpu2 500 0 0 0 0 0 0 0\n"
				    "cpu3 120 0 0 900 0 0 0 0\n"
				    "cpu4 100 0 0 900 0 0 0 0\n";
	size_t count;
	double *shares = cpu_busy_shares(before, after, &count);

	(void)state;
	assert_int_equal(count, 5);
	assert_true(shares[0] > 0.49 && shares[0] < 0.51);
	assert_true(shares[1] < 0.01);
	assert_true(shares[2] < 0.01);
	assert_true(shares[3] > 0.99);
	assert_true(shares[4] < 0.01);
	free(shares);
	shares = cpu_busy_shares("", "", &count);
	assert_int_equal(count, 0);
	free(shares);
}

static void isolated_cpus_are_those_of_all_files(void **state)
{
	struct fixture *f = *state;

	assert_null(host_isolated_cpus(&f->root));
	put(f, "/sys/devices/system/cpu/isolated", "\n");
	assert_text(host_isolated_cpus(&f->root), "");
	put(f, "/sys/fs/cgroup/cpuset.cpus.isolated", "4-5\n");
	assert_text(host_isolated_cpus(&f->root), "4-5");
	put(f, "/sys/devices/system/cpu/isolated", "2-3\n");
	assert_text(host_isolated_cpus(&f->root), "2-3,4-5");
}

static void a_host_gives_hints(void **state)
{
	struct topology *topology = load(TWO_PACKAGES);
	struct placement placement;
	struct fixture *f = *state;
	struct error err;

	put(f, "/sys/devices/system/cpu/isolated", "1\n");
	put(f, "/proc/stat", stat_text);
	assert_int_equal(placement_choose(topology, &f->root, -1, -1,
					  &placement, &err),
			 0);
	assert_placement(placement, 1, 2, 0);
	assert_int_equal(placement_choose(topology, &f->root, 99, -1,
					  &placement, &err),
			 -1);
	assert_string_equal(err.text,
			    "there is no pCPU 99 that this process may use");
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_isolated_cpu_is_preferred),
		cmocka_unit_test(the_least_busy_core_is_preferred),
		cmocka_unit_test(isolation_counts_more_than_load),
		cmocka_unit_test(siblings_stay_idle),
		cmocka_unit_test(relations_on_described_machines),
		cmocka_unit_test(the_quietest_related_cpu_is_taken),
		cmocka_unit_test(lists_of_relations),
		cmocka_unit_test(times_of_a_cpu),
		cmocka_unit_test(shares_between_two_times),
		FIXTURE_TEST(isolated_cpus_are_those_of_all_files),
		FIXTURE_TEST(a_host_gives_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
