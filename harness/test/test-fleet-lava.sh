#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The LAVA definition and job against LAVA's own schemas (Debian's lava-common),
# and what the definition runs, as LAVA's dispatcher has it run: tap-to-lava,
# with a lava-test-case that writes down what it is told. Takes the directory
# of scripts/ and the executable.
set -u
scripts=$1 run_bench=$2
# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

python() {
	/usr/bin/python3 - "$@"
}

python 2>/dev/null <<'END' || { echo 'SKIP: there is no lava-common'; exit 77; }
import lava_common.schemas.test.testdef
END

check_schemas() {
	python "$scripts/fleet" <<-'END' || fail 'a schema is not met'
	import sys, yaml
	import lava_common.schemas as schemas
	from lava_common.schemas.test import testdef
	load = lambda name: yaml.safe_load(open(sys.argv[1] + "/" + name))
	testdef.validate(load("lava-test.yaml"))
	job = load("lava-job.yaml")
	schemas.validate(job, strict=True)
	# The job's definition is the one that is here.
	paths = [d["path"] for a in job["actions"] if "test" in a
	         for d in a["test"]["definitions"]]
	assert paths == ["scripts/fleet/lava-test.yaml"], paths
	# What is not of the schema is not let through.
	job["actions"][0]["deploy"]["kernel"] = 1
	try:
	    schemas.validate(job, strict=True)
	except Exception:
	    sys.exit(0)
	sys.exit("a wrong job is valid")
	END
}

# The script that LAVA makes of the definition, for a job that gives RUN_BENCH
# and ARGUMENTS.
make_script() {
	python "$scripts/fleet/lava-test.yaml" "$1" "$2" >"$tmp/run.sh" <<-'END'
	import sys, yaml
	definition = yaml.safe_load(open(sys.argv[1]))
	values = dict(definition["params"])
	values.update(RUN_BENCH=sys.argv[2], ARGUMENTS=sys.argv[3])
	for name, value in values.items():
	    print("%s='%s'" % (name, value or ""))
	print("set -e")
	print("\n".join(definition["run"]["steps"]))
	END
}

# As lava-test-case: "TEST_CASE_ID --result ...", one word each.
make_lava() {
	mkdir "$tmp/bin"
	cat >"$tmp/bin/lava-test-case" <<-END
	#!/bin/sh
	echo "\$*" >>"$tmp/cases"
	END
	chmod +x "$tmp/bin/lava-test-case"
}

lava() {
	rm -f "$tmp/cases"
	make_script "$1" "$2"
	(cd "$scripts/.." && PATH=$tmp/bin:$PATH sh -e "$tmp/run.sh") \
		>"$tmp/log" 2>&1 || fail "$2: the steps failed: $(cat "$tmp/log")"
}

# What the name may be, and that no word has a "=": LAVA drops others.
check_cases() {
	! grep -vE '^[-_a-zA-Z0-9.]+ --result (pass|fail|skip)( --units tsc --measurement [0-9.]+)?$' \
		"$tmp/cases" || fail 'LAVA would not take these'
}

# tap STATUS: a run-bench that prints standard input, and ends so.
tap() {
	{
		printf '#!/bin/sh\ncat <<-"TAP"\n'
		cat
		printf 'TAP\nexit %s\n' "$1"
	} >"$tmp/tap"
	chmod +x "$tmp/tap"
	lava "$tmp/tap" ''
	check_cases
}

cases() {
	cat >"$tmp/wanted"
	cmp -s "$tmp/cases" "$tmp/wanted" ||
		fail "told: $(cat "$tmp/cases")"
}

test_lines() {
	tap 1 <<-'END'
	TAP version 13
	1..5
	ok 1 - exit/cpuid cpl=0
	# p50 1234 p99 2000 tsc ticks, spread 1.0%
	# unverified: guest code is emulated: there is no exit to count
	not ok 2 - exit/xsetbv
	# p50 77 p99 99 tsc ticks, spread 0.0%
	# fail: exits per op is 0, 1 was expected
	ok 3 - timer/tscdeadline delay=10us,wait=hlt # SKIP KVM's back end is other
	ok 4 - insn/nop where=host3
	# p50 0.25 p99 0.50 tsc ticks, spread 0.0%
	not ok 5 - ipi/cross
	# fail: no end
	# host: 1 warn
	END
	cases <<-'END'
	exit.cpuid.cpl_0 --result pass --units tsc --measurement 1234
	exit.xsetbv --result fail
	timer.tscdeadline.delay_10us.wait_hlt --result skip
	insn.nop.where_host3 --result pass --units tsc --measurement 0.25
	ipi.cross --result fail
	run-bench --result pass
	END
	grep -q '^# host: 1 warn' "$tmp/log" || fail 'the TAP is not in the log'
}

test_ends() {
	printf 'TAP version 13\n1..2\nok 1 - a/b\n' | tap 137
	printf '%s --result %s\n' a.b pass run-bench fail | cases
	printf 'TAP version 13\n1..1\nok 1 - a/b\nBail out! x\n' | tap 1
	printf '%s --result %s\n' a.b pass run-bench fail | cases
	printf 'TAP version 13\n1..1\nok 1 - a # SKIP b\n' | tap 77
	printf '%s --result %s\n' a skip run-bench skip | cases
	: | tap 2
	printf '%s --result %s\n' run-bench fail | cases
}

# On the device's own, without LAVA's commands.
test_signals() {
	printf 'TAP version 13\n1..1\nok 1 - a/b\n# p50 5 p99\n' | tap 0
	"$scripts/fleet/tap-to-lava" "$tmp/tap" >"$tmp/log"
	grep -qx '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a.b RESULT=pass UNITS=tsc MEASUREMENT=5>' \
		"$tmp/log" || fail "signals: $(cat "$tmp/log")"
}

# The real TAP, and a pattern that the shell must leave alone.
test_real() {
	[ -w /dev/kvm ] || return
	lava "$run_bench" "--quick --launches 1 --no-counters \
		--output $tmp/results ba*/empty run/[i]octl"
	check_cases
	for name in base.empty.cpl_0 base.empty.cpl_3 run.ioctl; do
		grep -q "^$name --result pass --units tsc --measurement" \
			"$tmp/cases" || fail "real: no '$name': $(cat "$tmp/log")"
	done
	grep -qx 'run-bench --result pass' "$tmp/cases" ||
		fail "real: $(cat "$tmp/cases")"
}

check_schemas
make_lava
test_lines
test_ends
test_signals
test_real
exit $((failures > 0))
