// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest-cpuid.h"
#include "require.h"
#include "util.h"

static enum require_result check_guest(const char *flags,
				       const struct require_facts *facts,
				       struct error *err)
{
	char *list = xstrdup(flags), *save, *flag;
	enum require_result result = REQUIRE_UNMET;

	error_set(err, "the guest's CPUID has no %s", flags);
	for (flag = strtok_r(list, "|", &save); flag;
	     flag = strtok_r(NULL, "|", &save)) {
		switch (guest_cpuid_flag(facts->guest_cpuid, flag)) {
		case FLAG_PRESENT:
			result = REQUIRE_MET;
			break;
		case FLAG_ABSENT:
			continue;
		case FLAG_UNKNOWN:
			error_set(err, "unknown CPUID flag '%s'", flag);
			result = REQUIRE_INVALID;
			break;
		}
		break;
	}
	free(list);
	return result;
}

static enum require_result check_cpus(const char *number,
				      const struct require_facts *facts,
				      struct error *err)
{
	uint64_t wanted;

	if (parse_u64(number, INT32_MAX, &wanted)) {
		error_set(err, "invalid number '%s'", number);
		return REQUIRE_INVALID;
	}
	if ((uint64_t)facts->cpus >= wanted)
		return REQUIRE_MET;
	error_set(err, "%" PRIu64 " pCPUs are needed, %d may be used", wanted,
		  facts->cpus);
	return REQUIRE_UNMET;
}

static enum require_result check_tsc(const char *rest,
				     const struct require_facts *facts,
				     struct error *err)
{
	if (*rest) {
		error_set(err, "unknown term 'guest-tsc=host-tsc%s'", rest);
		return REQUIRE_INVALID;
	}
	if (facts->same_tsc)
		return REQUIRE_MET;
	error_set(err,
		  "KVM cannot set the guest's TSC offset (Linux 5.16 can)");
	return REQUIRE_UNMET;
}

static const struct term {
	const char *prefix;
	enum require_result (*check)(const char *rest,
				     const struct require_facts *facts,
				     struct error *err);
} terms[] = {
	{ "guest:", check_guest },
	{ "cpus>=", check_cpus },
	{ "guest-tsc=host-tsc", check_tsc },
};

static enum require_result check_term(const char *text,
				      const struct require_facts *facts,
				      struct error *err)
{
	size_t len;

	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		len = strlen(terms[i].prefix);
		if (!strncmp(text, terms[i].prefix, len))
			return terms[i].check(text + len, facts, err);
	}
	error_set(err, "unknown term '%s'", text);
	return REQUIRE_INVALID;
}

enum require_result require_check(const char *expr,
				  const struct require_facts *facts,
				  struct error *err)
{
	enum require_result result = REQUIRE_MET;
	char *copy, *save, *text;

	if (!expr)
		return REQUIRE_MET;
	copy = xstrdup(expr);
	for (text = strtok_r(copy, ",", &save); text && result == REQUIRE_MET;
	     text = strtok_r(NULL, ",", &save))
		result = check_term(text, facts, err);
	free(copy);
	return result;
}
