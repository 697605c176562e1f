// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/trial.h"
#include "util.h"

/* A line that the machine did not finish is as good as none. */
static void read_line(struct lab_trial *t, const char *line)
{
	uint64_t events;

	if (sscanf(line, "control: %" SCNu64, &events) == 1)
		t->control = events;
	else if (sscanf(line, "value: %" SCNx32, &t->last) == 1)
		t->values++;
	else if (sscanf(line, "events: %" SCNu64, &events) == 1)
		t->events += events;
	else if (!strcmp(line, "end"))
		t->ended = true;
	else if (!strncmp(line, "error: ", 7))
		snprintf(t->problem, sizeof(t->problem), "%.120s", line + 7);
}

void lab_trial_read(struct lab_trial *t, const char *text)
{
	char *copy = xstrdup(text), *line = copy, *end;

	*t = (struct lab_trial){ 0 };
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		read_line(t, line);
		line = end + 1;
	}
	free(copy);
}

enum lab_trial_end lab_trial_judge(const struct lab_trial *t,
				   enum lab_boot_end end, int status)
{
	if (!t->control || !t->values || *t->problem)
		return LAB_TRIAL_UNCLEAR;
	if (end == LAB_BOOT_ENDED && !status && t->ended)
		return LAB_TRIAL_SURVIVED;
	if ((end == LAB_BOOT_CRASHED || end == LAB_BOOT_HANGS) && !t->ended)
		return LAB_TRIAL_DIED;
	return LAB_TRIAL_UNCLEAR;
}
