/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers as text, with no more digits than their 95 % interval supports: its
 * half is rounded to one digit (two when the first is 1, as in 13), and the
 * number to the same place. Pure.
 */
#ifndef VMB_NUMBER_TEXT_H
#define VMB_NUMBER_TEXT_H

#include <stdbool.h>

#include "nonparam.h"

/* The size of each @cell below. */
#define NUMBER_CELL 32

/* No interval says how many digits to keep. */
#define NUMBER_NO_PLACES (-100)

/*
 * The decimal place that an interval's half supports: 2 for hundredths, -1 for
 * tens. Two digits of the half are kept when the first is 1, but from 1 to 2
 * ticks no tenths of a tick.
 */
int number_places(double half);

/* @value to @places; without any, as many digits as it has; NAN is empty. */
void number_put(char *cell, double value, int places, bool sign);

/*
 * A median, of which one digit stays in any case, and the half of its interval,
 * or "+-?" where interval_is_known() says no: the digits are then those that
 * what was seen supports.
 */
void number_put_median(char *cell, char *half_cell, const struct estimate *e);

/* An end of an interval; one beside zero must not be rounded to zero. */
void number_put_end(char *cell, double end, int places);

/*
 * A change, "+1.2%", in @number, and in @interval "[+1.0,+1.4]" where that is
 * known, else "": it need not lie evenly about the change. @unit is "%" or "";
 * without an interval there are @digits significant ones. NUMBER_CELL each.
 */
void number_put_change(char *number, char *interval, const struct estimate *e,
		       const char *unit, int digits);

#endif
