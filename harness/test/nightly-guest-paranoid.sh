#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nmi/guest-paranoid in the lab, where a tick is an instruction, against the
# handlers' instructions as objdump counts them: the entry section, and what the
# whole NMI has more than its delivery. The rest of that is the host's: nothing
# on vmx, the exit that KVM takes the IRET for on svm. Both numbers must be
# exact where nothing halts; the table is results/lab/guest-paranoid.txt.
# usage: nightly-guest-paranoid.sh RUN-BENCH KERNEL PAYLOAD
set -eu
run_bench=$1 kernel=$2 payload=$3
command -v objdump >/dev/null || exit 77
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$run_bench" lab bochs --source debian >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }

# "symbol all section": instructions up to IRET, and between the first LFENCEs.
objdump -d "$payload" | awk '
	/^[0-9a-f]+ <nmi_.*>:$/ {
		name = substr($2, 2, length($2) - 3)
		all = section = fences = 0
	}
	name == "" || !/^ .*:\t.*\t/ { next }
	{
		split($0, field, "\t")
		all++
		if (field[3] ~ /^lfence/) fences++
		else if (fences == 1) section++
	}
	field[3] ~ /^iretq/ {
		print name, all, section
		name = ""
	}' >"$tmp/counted"

# "variant status p25 p50 p75 overhead" of each launch
ticks() { # DIRECTORY
	awk -F '"' '/,nmi\/guest-paranoid,.*",latency,tsc,/ {
		split($3, f, ",")
		print $2, f[4], f[8], f[9], f[11], f[17]
	}' "$1/summary.csv"
}

judge() { # MACHINE
	ticks "$tmp/$1" | awk -v machine="$1" -v counted="$tmp/counted" '
	BEGIN {
		while ((getline line < counted) > 0) {
			split(line, f, " ")
			all[f[1]] = f[2]
			section[f[1]] = f[3]
		}
	}
	$2 == "skip" { next }
	$2 != "ok" { print machine, $1, $2; bad++; next }
	{
		variant = $1
		varies[variant] += $3 != $4 || $4 != $5 || variant in p50 && p50[variant] != $4
		p50[variant] = $4
		overhead = $6
	}
	function mark(v) { return varies[v] ? "v" : "" }
	END {
		n = split("rdpid lsl rdgsbase rdmsr", base, " ")
		split("ring0 ring3 hlt", from, " ")
		for (i = 1; i <= n; i++) for (j = 1; j <= 3; j++) {
			v = "base=" base[i] ",from=" from[j] ",part="
			if (!(v "entry" in p50)) continue
			halts = from[j] == "hlt"
			suffix = halts ? "_hlt" : ""
			# The sign branches over XOR and SWAPGS, and SWAPGS.
			kernel = base[i] ~ /^rd(gsbase|msr)$/ && from[j] != "ring3"
			entry = section["nmi_entry_" base[i] suffix] - 2 * kernel
			# The loop has CMP, JE and, where it halts, CLI; LFENCE. Behind
			# the HLT, nmi-wake.h branches over three.
			whole = all["nmi_whole_" base[i] suffix] - 3 * kernel - 3 * halts + 3 + halts
			e = p50[v "entry"] - overhead
			w = p50[v "whole"] - p50[v "deliver"]
			printf "%-4s %-9s %-6s %7d%-1s %5d %5d %7d%-1s %6d %5d %6d\n", machine, base[i], from[j], p50[v "deliver"], mark(v "deliver"), e, entry, p50[v "whole"], mark(v "whole"), w, whole, w - whole
			rows++
			if (e != entry || varies[v "entry"]) bad++
			if (halts) continue
			if (rest == "") rest = w - whole
			if (w - whole != rest || varies[v "deliver"] || varies[v "whole"]) bad++
			if (machine ~ /^vmx/ && rest != 0) bad++
		}
		if (bad || rows < 9) { print "FAILED: " machine; exit 1 }
	}'
}

echo 'machine, base, from; deliver; entry less overhead, its instructions; whole;'
echo 'whole less deliver, its instructions, the rest. v: the middle half varies.'
failed=0
for machine in svm vmx,features=rdpid; do
	name=${machine%%,*}
	"$run_bench" lab run --machine "$machine" --output "$tmp/$name" "$kernel" \
		nmi/guest-paranoid >"$tmp/log" 2>&1 || { cat "$tmp/log"; failed=1; continue; }
	judge "$name" || failed=1
done
exit $failed
