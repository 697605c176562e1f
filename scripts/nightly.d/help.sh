# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

help() {
	help_usage
	echo
	help_options
	echo
	help_files
}

help_usage() {
	cat <<'TEXT'
usage: nightly [OPTIONS] HISTORY [PATTERN...] [-- RUN OPTIONS...]
       nightly --set-baseline RUN HISTORY
       nightly --install [OPTIONS] HISTORY [PATTERN...] [-- RUN OPTIONS...]
       nightly --uninstall

Measure what PATTERN selects, or all; file the results in the directory
HISTORY, which must be there; compare them with the last good night, with
the baseline and with the trend of all nights; print a report. RUN OPTIONS
are those of 'run-bench run'. A night that power loss cut short at any point
is finished, or put aside whole, by the next start.
TEXT
}

help_options() {
	cat <<'TEXT'
  --kernel FILE   measure this bzImage in the lab, not the running kernel
  --source SOURCE build a kernel for the lab first: a tree, or a Debian
                  package as 'run-bench lab kernel' takes it
  --ref REF       SOURCE is a git tree: fetch, and build REF, as
                  origin/master; its work tree stays as it is
  --machine SPEC  machine of the lab (default: svm); --cmdline TEXT: more for
                  the kernel's command line there
  --label NAME    what you call the kernel under test: nights of a name are
                  compared (default: its release; in the lab REF, or the
                  last part of SOURCE or FILE)
  --fail-on-regression PCT
                  against the last good night and the baseline, a row that is
                  PCT percent higher, and not by chance, is a change
                  (default: 10); the trend finds smaller ones in some nights
  --notify CMD    shell command that gets the report on its standard input,
                  and VMENTRY_BENCH_VERDICT (same, change, failing, fail,
                  skip), VMENTRY_BENCH_SUBJECT, _RUN and _HISTORY
  --notify-on change|always|failure
                  when: a change was found, or nothing could be measured
                  (default); always; only when nothing could be measured
  --mail-headers  begin the report with a Subject, for sendmail
  --kcidb CMD     the night as a KCIDB report, on CMD's standard input and in
                  the run's kcidb.json; --origin NAME: whose report it is
  --keep-raw DAYS remove histogram.csv and plots/ of older nights
  --keep-nights DAYS
                  of older nights, keep one a week (60 or more)
  --keep-failed DAYS
                  keep what is in HISTORY/.failed (default: 14)
  --min-free MIB  measure only with so much free in HISTORY (default: 256; a
                  night of all variants takes 13 with --quick)
  --settle SECONDS
                  not before the machine has been up so long (default: 0)
  --run-bench FILE
                  the executable (default: the one beside these scripts)
  --set-baseline RUN
                  compare with this night, by its run id, from now on
  --install       have systemd run this every night, at 3:30
  --dry-run       print what would be done, and removed
  --help          print this
TEXT
}

help_files() {
	cat <<'TEXT'
HISTORY/HOST/YEAR/RUN ID/ has a run's results, report.txt, changes.tsv and
run.log; HOST is 'lab-MACHINE' in the lab. The last good night: of the seven
before, the newest of those in which the fewest variants failed. A change is
told once; nights that a change was told of, the baseline and the last good
night are never removed.

Exit status: 0 nothing changed; 1 nothing could be measured, another night
is under way, or a variant failed; 2 usage; 3 a change was found; 77
everything was skipped.
TEXT
}
