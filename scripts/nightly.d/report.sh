# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables are shared
# The report: a text for a mail, of 72 columns where names allow. Its first line
# is the subject.

# plural NUMBER WORD
plural() {
	[ "$1" = 1 ] && echo "$1 $2" || echo "$1 $2s"
}

subject_of_night() {
	case $verdict in
	change)
		first=$(awk -F '\t' '$1 == "new" { print $3 " " $5; exit }' \
			"$run/changes.tsv")
		more=$((news - 1))
		words="$(plural "$news" change): $first"
		[ "$more" = 0 ] || words="$words and $more more"
		;;
	failing) words="no change; ${counts##*, }" ;;
	*) words='no change' ;;
	esac
	echo "vmentry-bench ${place%%/*} $(iso_day "$day"): $words"
}

iso_day() {
	printf '%s\n' "$1" | sed 's/^\(....\)\(..\)\(..\).*/\1-\2-\3/'
}

report_of_night() {
	subject_of_night
	[ -z "$cut_short" ] ||
		printf '\nNights that were cut short, now in .failed:%s\n' \
			"$cut_short"
	show_changes new 'New'
	show_changes told 'Told before, and still so'
	show_comparison last 'Against the last good night' "$last" \
		'there is no night of this machine and label before it'
	show_comparison baseline 'Against the baseline' "$base" \
		"there is none; choose one with 'nightly --set-baseline RUN'"
	[ ! -e "$scratch/trend.not" ] ||
		printf '\nNo trend: %s\n' "$(cat "$scratch/trend.not")"
	echo
	echo "Variants: $counts"
	[ "$night_status" = 0 ] || show_failed
	show_host
	echo
	echo "Files: $run"
}

# show_changes STATE TITLE
show_changes() {
	awk -F '\t' -v state="$1" -v title="$2" '
		BEGIN {
			name["last"] = "the last good night"
			name["baseline"] = "the baseline"
			name["trend"] = "the trend"
		}
		$1 != state || seen[$3]++ { next }
		!n++ { print "\n" title ":" }
		n > 20 { next }
		{
			printf "  %-40s %8s  %s %s\n", $3, $5, \
				$2 == "trend" ? "since" : "against", $6
			printf "    by %s%s\n", name[$2], $7 == "" ? "" : ": " $7
		}
		END { if (n > 20) print "  and " n - 20 " more" }' \
		"$run/changes.tsv"
}

# show_comparison ACCOUNT TITLE BASE WHY-NOT
show_comparison() {
	printf '\n%s' "$2"
	if [ -e "$scratch/$1.not" ]; then
		printf ', %s:\n  not compared: %s\n' "${3##*/}" \
			"$(cat "$scratch/$1.not")"
	elif [ ! -e "$scratch/$1.csv" ]; then
		[ "$3" != "$run" ] || set -- "$1" "$2" "$3" 'it is this night'
		printf ': %s\n' "$4"
	else
		printf ', %s:\n' "${3##*/}"
		run_awk differing "$scratch/$1.csv"
		printf '  all of it: run-bench compare %s \\\n    %s\n' "$3" "$run"
	fi
}

show_failed() {
	run_awk failed "$run/summary.csv"
}

# Of what reviewers ask: which host, which kernel, and what is wrong with them.
show_host() {
	"$run_bench" report "$run" 2>"$scratch/report.err" | awk '
		/^$/ { exit }
		/^[^ ]/ { shown = /^(!|Host:|Lab machine:|KVM:|Run:)/ }
		shown'
}

report_of_failure() {
	words='could not measure'
	[ "$verdict" != skip ] || words='everything was skipped'
	echo "vmentry-bench $(uname -n) $(iso_day "$name"): $words"
	echo
	echo "$why"
	[ ! -s "$incoming/$name/log" ] || {
		echo
		echo 'The end of what it said:'
		tail -n 15 "$incoming/$name/log" | sed 's/^/  /'
	}
	echo
	echo "Files: $failed/$name"
}

# With headers it is a message for sendmail: the subject is its first line.
with_headers() {
	[ -z "$mail_headers" ] || {
		echo "Subject: $(head -n 1 "$1")"
		echo 'MIME-Version: 1.0'
		echo 'Content-Type: text/plain; charset=utf-8'
		echo
	}
	cat "$1"
}
