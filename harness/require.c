// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest-cpuid.h"
#include "kvm-cap.h"
#include "require-host.h"
#include "require.h"
#include "util.h"

static enum require_result check_guest_cpuid(const char *flags,
					     const struct require_facts *facts,
					     struct error *err)
{
	char *list = xstrdup(flags), *next = list, *flag;
	enum require_result result = REQUIRE_UNMET;

	error_set(err, "the guest's CPUID has no %s", flags);
	while (result != REQUIRE_INVALID && (flag = strsep(&next, "|"))) {
		enum host_answer has =
			guest_cpuid_flag(facts->guest_cpuid, flag);

		if (!*flag) {
			result = require_invalid(err, "guest:", flags,
						 "guest:FLAG|FLAG");
		} else if (has == HOST_UNKNOWN) {
			error_set(err, "unknown CPUID flag '%s'", flag);
			result = REQUIRE_INVALID;
		} else if (has == HOST_YES) {
			result = REQUIRE_MET;
		}
	}
	free(list);
	return result;
}

static enum require_result check_guest(const char *flags,
				       const struct require_facts *facts,
				       struct error *err)
{
	static const struct kvm_cpuid2 nothing;
	struct require_facts without = *facts;
	enum require_result result;

	if (facts->guest_cpuid)
		return check_guest_cpuid(flags, facts, err);
	/* Even then a flag that does not exist is an error. */
	without.guest_cpuid = &nothing;
	result = check_guest_cpuid(flags, &without, err);
	if (result == REQUIRE_UNMET)
		error_set(err, "KVM cannot be asked for the guest's CPUID");
	return result;
}

static enum require_result check_cap(const char *name,
				     const struct require_facts *facts,
				     struct error *err)
{
	int number = kvm_cap_number(name), ret;

	if (number < 0) {
		error_set(err, "unknown KVM capability '%s'", name);
		return REQUIRE_INVALID;
	}
	errno = ENODEV;
	ret = facts->extension ? facts->extension(number) : -1;
	if (ret > 0)
		return REQUIRE_MET;
	if (ret == 0)
		error_set(err, "KVM has no capability '%s'", name);
	else
		error_set_errno(err, "cannot ask KVM for capability '%s'",
				name);
	return REQUIRE_UNMET;
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
	{ .prefix = "guest:", .check = check_guest },
	{ .prefix = "cpus>=", .check = check_cpus },
	{ .prefix = "guest-tsc=host-tsc", .check = check_tsc },
	{ .prefix = "cap:", .check = check_cap },
	{ .prefix = "module:", .check = require_module },
	{ .prefix = "param:", .check = require_param },
	{ .prefix = "cpu:", .check = require_cpu },
	{ .prefix = "kernel", .check = require_kernel },
	{ .prefix = "backend:", .check = require_backend },
};

static enum require_result check_term(const char *text,
				      const struct require_facts *facts,
				      struct error *err)
{
	static const struct host_root nowhere = { .path = "/nonexistent" };
	struct require_facts known = *facts;
	size_t len;

	if (!*text) {
		error_set(err, "a term is empty: there is a comma too many");
		return REQUIRE_INVALID;
	}
	if (!known.root)
		known.root = &nowhere;
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		len = strlen(terms[i].prefix);
		if (!strncmp(text, terms[i].prefix, len))
			return terms[i].check(text + len, &known, err);
	}
	error_set(err, "unknown term '%s'", text);
	return REQUIRE_INVALID;
}

/* The outcome of all of @expr, and in @term, which is freed, whose it is. */
static enum require_result check_all(const char *expr,
				     const struct require_facts *facts,
				     char **term, struct error *err)
{
	enum require_result result = REQUIRE_MET, one;
	char *copy = xstrdup(expr), *next = *copy ? copy : NULL, *text;
	struct error why;

	while (result != REQUIRE_INVALID && (text = strsep(&next, ","))) {
		one = check_term(text, facts, &why);
		if (one == REQUIRE_MET ||
		    (one == REQUIRE_UNMET && result == REQUIRE_UNMET))
			continue;
		result = one;
		error_set(err, "%s", why.text);
		free(*term);
		*term = xstrdup(text);
	}
	free(copy);
	return result;
}

enum require_result require_check(const char *expr,
				  const struct require_facts *facts,
				  struct error *err)
{
	enum require_result result;
	char *term = NULL;

	if (!expr)
		return REQUIRE_MET;
	result = check_all(expr, facts, &term, err);
	free(term);
	return result;
}

enum require_result require_gate(const char *expr,
				 const struct require_facts *facts,
				 struct error *err)
{
	enum require_result result;
	char *term = NULL;
	struct error why;

	if (!expr)
		return REQUIRE_MET;
	result = check_all(expr, facts, &term, &why);
	if (result == REQUIRE_UNMET)
		error_set(err, "'%.100s' is not met: %.380s", term, why.text);
	else if (result == REQUIRE_INVALID)
		error_set(err, "%s", why.text);
	free(term);
	return result;
}
