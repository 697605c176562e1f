#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/fleet/slurm-array with Slurm's own daemons and munge's: two nodes,
# both this machine, and guests on /dev/kvm. Takes the directory of scripts/ and
# the executable. Needs root; everything ends with this process.
# shellcheck disable=SC2015,SC2086 # "A && B || C"
set -u
scripts=$1 run_bench=$2
PATH=$PATH:/usr/sbin
for tool in slurmctld slurmd sbatch munged unshare; do
	command -v $tool >/dev/null || {
		echo "SKIP: there is no '$tool' (slurmctld, slurmd," \
			"slurm-client, munge)"
		exit 77
	}
done
[ -w /dev/kvm ] && [ "$(id -u)" = 0 ] || {
	echo 'SKIP: neither root nor /dev/kvm, or only one of them'
	exit 77
}
[ -n "${SLURM_TEST-}" ] || SLURM_TEST=yes exec unshare --net --uts --mount \
	--pid --fork --kill-child --mount-proc "$0" "$@"

# shellcheck source=harness/test/shell.sh
. "${0%/*}/shell.sh"

die() {
	echo "nightly-slurm: $*" >&2
	exit 1
}

write_config() {
	export SLURM_CONF="$tmp/slurm.conf"
	cat >"$SLURM_CONF" <<-END
	ClusterName=test
	SlurmctldHost=rack(10.83.1.1)
	SlurmctldPort=26817
	SlurmUser=root
	AuthType=auth/munge
	AuthInfo=socket=$tmp/munge/socket
	StateSaveLocation=$tmp/state
	SlurmdSpoolDir=$tmp/spool-%n
	SlurmctldPidFile=$tmp/slurmctld.pid
	SlurmdPidFile=$tmp/slurmd-%n.pid
	ProctrackType=proctrack/linuxproc
	TaskPlugin=task/none
	JobAcctGatherType=jobacct_gather/none
	MpiDefault=none
	ReturnToService=2
	KillWait=30
	NodeName=n[1-2] NodeAddr=10.83.1.1 NodeHostname=rack Port=[26818-26819]
	PartitionName=rack Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	END
}

# What they say goes to files; they end with the process id namespace.
start() {
	name=$1
	shift
	"$@" >"$tmp/$name.log" 2>&1 </dev/null &
}

start_slurm() {
	hostname rack
	ip link set lo up
	# They look for an address that is not the loopback's.
	ip link add rack type bridge
	ip link set rack up
	ip address add 10.83.1.1/24 dev rack
	echo 10.83.1.1 rack >"$tmp/hosts"
	mount --bind "$tmp/hosts" /etc/hosts
	chmod 755 "$tmp"
	mkdir -m 711 "$tmp/munge"
	mkdir "$tmp/state" "$tmp/spool-n1" "$tmp/spool-n2"
	(umask 077 && head -c 1024 /dev/urandom >"$tmp/munge/key")
	start munged munged --foreground --force --key-file "$tmp/munge/key" \
		--socket "$tmp/munge/socket" --pid-file "$tmp/munge/pid" \
		--log-file "$tmp/munge/log" --seed-file "$tmp/munge/seed"
	write_config
	start slurmctld slurmctld -D
	start n1 slurmd -D -N n1
	start n2 slurmd -D -N n2
	tries=60
	until [ "$(timeout 5 sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" = 2 ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || die "no nodes: $(sinfo -N -l 2>&1)" \
			"$(tail -n 5 "$tmp"/*.log "$tmp/munge/log")"
		sleep 0.5
	done
}

# submit SBATCH-OPTIONS -- RUN-ARGUMENTS: $job, an array
submit() {
	options=''
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	job=$(cd "$tmp" && sbatch --parsable $options \
		"$scripts/fleet/slurm-array" "$run_bench" "$tmp/output" "$@")
}

ended() {
	tries=300
	while squeue -h -j "$job" 2>/dev/null | grep -q .; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || die "no end: $(squeue)"
		sleep 1
	done
	for task; do
		scontrol show job "${job}_$task" |
			grep -oE 'JobState=[A-Z]+|ExitCode=[0-9:]+|NodeList=n.' |
			tr '\n' ' '
		echo "task $task"
	done | tee "$tmp/tasks.ended"
}

runs() {
	find "$tmp/output" -path "*/n[12]/*/env.json" -exec \
		grep -l finished_utc {} + | wc -l
}

# Each task on a node of its own, with arguments of its own.
test_array() {
	mkdir "$tmp/output"
	printf '%s\n' "base/*" "run/[i]octl run/syscall" >"$tmp/output/tasks"
	submit --array=1-2 -- --quick --launches 1
	ended 1 2
	[ "$(grep -c 'COMPLETED.*ExitCode=0:0' "$tmp/tasks.ended")" = 2 ] ||
		fail "array: $(cat "$tmp/tasks.ended" "$tmp"/*.tap)"
	[ "$(runs)" = 2 ] || fail "array: $(find "$tmp/output")"
	set -- "$tmp"/output/n1/* "$tmp"/output/n2/*
	[ $# = 2 ] && [ -d "$1" ] && [ -d "$2" ] ||
		fail "array: not a run on each node: $*"
	for pair in "1 base/empty cpl=0" "1 base/empty cpl=3" "2 run/ioctl" \
		"2 run/syscall"; do
		grep -q "^ok [12] - ${pair#* }\$" \
			"$tmp/vmentry-bench-$job-${pair%% *}.tap" ||
			fail "array: no '$pair'"
	done
	rm "$tmp/output/tasks"
}

# run-bench's exit status is the job's.
test_status() {
	submit --array=1 -- --require 'kernel>=99'
	ended 1
	grep -q 'FAILED.*ExitCode=77:0' "$tmp/tasks.ended" ||
		fail "status: $(cat "$tmp/tasks.ended")"
	submit --array=1 -- --bogus
	ended 1
	grep -q 'FAILED.*ExitCode=2:0' "$tmp/tasks.ended" ||
		fail "status: $(cat "$tmp/tasks.ended")"
	job=$(cd "$tmp" && sbatch --parsable -o none.tap \
		"$scripts/fleet/slurm-array" "$run_bench" "$tmp/output")
	ended_alone=$(while squeue -h -j "$job" | grep -q .; do
		sleep 1
	done; scontrol show job "$job")
	echo "$ended_alone" | grep -q 'ExitCode=2:0' ||
		fail "no array: $ended_alone"
}

# Cut short by scancel: apart, and nothing is left on the node.
test_cancel() {
	before=$(runs)
	export TMPDIR="$tmp/scratch"
	mkdir "$TMPDIR"
	submit --array=1 -- --launches 1000 'base/*'
	tries=300
	until [ "$(cat "$TMPDIR"/*/results/*/summary.csv 2>/dev/null |
		wc -l)" -gt 2 ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || die "nothing runs: $(squeue)"
		sleep 0.1
	done
	scancel "${job}_1"
	ended 1
	grep -q CANCELLED "$tmp/tasks.ended" ||
		fail "cancel: $(cat "$tmp/tasks.ended")"
	tar -tf "$tmp/output/slurm.$job"/1.n?.tar | grep -q summary.csv ||
		fail "cancel: nothing is kept: $(find "$tmp/output/slurm.$job")"
	[ "$(runs)" = "$before" ] || fail 'cancel: taken for a whole run'
	[ -z "$(ls -A "$TMPDIR")" ] || fail "cancel: left: $(ls "$TMPDIR")"
}

start_slurm
test_array
test_status
test_cancel
[ $failures = 0 ] && echo 'nightly-slurm: passed'
exit $((failures > 0))
