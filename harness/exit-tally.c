// SPDX-License-Identifier: GPL-2.0-or-later
#include "exit-tally.h"

static struct exit_count *entry(struct exit_tally *tally, uint32_t isa,
				uint32_t reason)
{
	struct exit_count *exit = tally->exit;

	for (; exit < tally->exit + tally->count; exit++)
		if (exit->isa == isa && exit->reason == reason)
			return exit;
	if (tally->count == EXIT_TALLY_MAX) {
		tally->dropped++;
		return NULL;
	}
	tally->count++;
	*exit = (struct exit_count){ .isa = isa, .reason = reason };
	return exit;
}

void exit_tally_exit(struct exit_tally *tally, uint32_t isa, uint32_t reason,
		     uint64_t time)
{
	struct exit_count *exit = entry(tally, isa, reason);

	tally->open = exit;
	tally->open_since = time;
	if (exit)
		exit->count++;
}

void exit_tally_entry(struct exit_tally *tally, uint64_t time)
{
	struct exit_count *exit = tally->open;

	tally->open = NULL;
	if (!exit || time < tally->open_since)
		return;
	ns_list_add(&exit->times, time - tally->open_since);
}

uint64_t exit_tally_find(const struct exit_tally *tally, uint32_t isa,
			 uint32_t reason)
{
	for (size_t i = 0; i < tally->count; i++)
		if (tally->exit[i].isa == isa &&
		    tally->exit[i].reason == reason)
			return tally->exit[i].count;
	return 0;
}

void exit_tally_free(struct exit_tally *tally)
{
	for (size_t i = 0; i < tally->count; i++)
		ns_list_free(&tally->exit[i].times);
	*tally = (struct exit_tally){ 0 };
}
