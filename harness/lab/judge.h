/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bisection says of a kernel, by the latencies of its rows. A row that is
 * too slow makes it bad, whatever others do. Otherwise a row that only fails
 * leaves it open, as a row does that varies with when it is measured
 * (compare_is_steady()) when there is no other.
 */
#ifndef VMB_LAB_JUDGE_H
#define VMB_LAB_JUDGE_H

#include <stdio.h>

#include "compare.h"

enum lab_judgement {
	LAB_GOOD,
	LAB_BAD,
	LAB_OPEN, /* no verdict */
};

/*
 * Against a base: too slow is what lab_verdict_worst() finds. Rows count that
 * have values on the base side.
 */
enum lab_judgement lab_judge_pair(const struct comparison *comparison,
				  double threshold);

/*
 * Alone: too slow is a row whose median of its launches' medians is above
 * @above ticks. @counted: the machine counts instructions, so that rows are
 * steady or vary. Each row is printed to @out with what it is.
 */
enum lab_judgement lab_judge_alone(const struct results *results, double above,
				   bool counted, FILE *out);

#endif
