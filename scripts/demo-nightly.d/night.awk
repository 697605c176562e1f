# SPDX-License-Identifier: GPL-2.0-or-later
# One made-up night of a made-up host: writes summary.csv, histogram.csv and
# env.json into the directory 'output'. All numbers come out of a generator of
# random numbers, seeded with host and night; nothing was measured.
#
# host: 1 to 3; night: from 1; day: 20260131; label
BEGIN {
	name = "demo-" substr("abc", host, 1)
	date = substr(day, 1, 4) "-" substr(day, 5, 2) "-" substr(day, 7, 2)
	kernel = sprintf("6.18.0-rc1-%05d-g%07x", 100 + night, \
		1000000 + 7919 * night)
	run_id = day "T033000Z-" name "-" kernel
	boot = sprintf("00000000-0000-4000-8000-%012d", 1000 * host + night)
	seed = 1000 * host + night
	for (i = 0; i < 20; i++)
		uniform()
	define_rows()
	write_summary()
	write_env()
}

# Park and Miller's minimal standard generator, the same in every awk.
function uniform() {
	seed = (seed * 16807) % 2147483647
	return seed / 2147483647
}

# Of mean 0 and variance 1, near enough to normal.
function noise(   i, sum) {
	for (i = 0; i < 12; i++)
		sum += uniform()
	return sum - 6
}

function row(bench, variant, ticks, status, reason) {
	n++
	row_bench[n] = bench
	row_variant[n] = variant
	row_ticks[n] = ticks
	row_status[n] = status
	row_reason[n] = reason
}

function define_rows() {
	row("base/empty", "cpl=0", 26, "ok", "")
	row("exit/cpuid", "cpl=0", 1290, "ok", "")
	row("exit/cpuid", "cpl=3", 1340, "ok", "")
	row("exit/invd", "", 1210, "ok", "")
	row("exit/pio-user", "cpl=0", 4800, "ok", "")
	row("msr/wr-tsc-deadline", "", 1650, "ok", "")
	row("msr/wr-x2apic-icr", "", 1580, "ok", "")
	row("timer/tscdeadline-immed", "", 2900, "ok", "")
	row("timer/tscdeadline", "\"delay=100us,wait=hlt\"", 9100, "ok", "")
	row("ipi/self", "wait=spin", 2100, "unverified", "made up")
	row("nmi/self", "", 3300, "ok", "")
	row("insn/rdpid", "where=guest3", 0, "skip", "made up")
}

# What is planted: two changes, of which one is on one host.
function planted(i) {
	if (row_bench[i] == "msr/wr-tsc-deadline" && night >= 25)
		return 1.06
	if (row_bench[i] row_variant[i] == "exit/cpuidcpl=3" && host == 3 &&
	    night >= 44)
		return 1.30
	return 1
}

function write_summary(   i, launch, level, common, own) {
	print "run_id,time_utc,label,host,kernel,boot_id,launch,bench," \
		"variant,metric,unit,status,reason,n,min,p25,p50,mean,p75," \
		"p90,p99,p999,max,stddev,overhead" >(output "/summary.csv")
	print "bench,variant,launch,lo,hi,count" >(output "/histogram.csv")
	common = 1 + 0.003 * noise()
	# A night in 25 is a disturbed one.
	if (uniform() < 0.04)
		common *= 1.04
	for (i = 1; i <= n; i++) {
		own = 1 + 0.006 * noise()
		level = row_ticks[i] * (0.9 + 0.1 * host) * planted(i)
		for (launch = 1; launch <= 6; launch++)
			write_launch(i, launch, \
				level * common * own * (1 + 0.004 * noise()))
	}
}

function write_launch(i, launch, p50,   head) {
	head = run_id "," date "T03:31:00Z," label "," name "," kernel "," \
		boot "," launch "," row_bench[i] "," row_variant[i] \
		",latency,tsc," row_status[i] "," row_reason[i]
	if (row_status[i] == "skip") {
		print head ",0,,,,,,,,,,," >(output "/summary.csv")
		return
	}
	printf "%s,2000,%d,%d,%d,%.2f,%d,%d,%d,%d,%d,%.2f,26\n", head, \
		p50 * 0.97, p50 * 0.99, p50, p50 * 1.01, p50 * 1.01, \
		p50 * 1.04, p50 * 1.3, p50 * 2, p50 * 5, p50 * 0.1 \
		>(output "/summary.csv")
	printf "%s,%s,%d,%d,%d,2000\n", row_bench[i], row_variant[i], launch, \
		p50, p50 * 1.01 + 1 >(output "/histogram.csv")
}

function write_env(   file) {
	file = output "/env.json"
	printf "{\n  \"machine\": {\n    \"hostname\": \"%s\"\n  },\n", name >file
	printf "  \"cpu\": {\n    \"vendor\": \"none\",\n" >file
	printf "    \"model_name\": \"made-up CPU %d\"\n  },\n", host >file
	printf "  \"kernel\": {\n    \"release\": \"%s\",\n", kernel >file
	printf "    \"version\": \"made up\"\n  },\n" >file
	printf "  \"kvm\": {\n    \"device\": true,\n" >file
	printf "    \"backend\": \"other\",\n" >file
	printf "    \"backend_name\": \"demo\"\n  },\n" >file
	printf "  \"run\": {\n    \"run_id\": \"%s\",\n", run_id >file
	printf "    \"label\": \"%s\",\n    \"host\": \"%s\",\n", label, name >file
	printf "    \"kernel\": \"%s\",\n    \"boot_id\": \"%s\",\n", kernel, \
		boot >file
	printf "    \"started_utc\": \"%sT03:30:00Z\",\n", date >file
	printf "    \"finished_utc\": \"%sT03:40:00Z\"\n  },\n", date >file
	printf "  \"tool\": {\n    \"version\": \"demo\",\n" >file
	printf "    \"commit\": \"demo\"\n  },\n" >file
	printf "  \"options\": {\n    \"launches\": 6\n  },\n" >file
	printf "  \"events\": [],\n  \"check\": []\n}\n" >file
}
