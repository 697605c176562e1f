// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host-cpu.h"
#include "host-module.h"
#include "require-host.h"
#include "util.h"
#include "version-compare.h"

__attribute__((format(printf, 2, 3))) static enum require_result
unmet(struct error *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	error_set(err, "%s", text);
	return REQUIRE_UNMET;
}

enum require_result require_invalid(struct error *err, const char *prefix,
				    const char *rest, const char *form)
{
	error_set(err, "invalid term '%s%s': it should read %s", prefix, rest,
		  form);
	return REQUIRE_INVALID;
}

/* May @s be the name of a module, a parameter or a flag? */
static bool is_word(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	return len;
}

/* --- module:NAME[>=VERSION] ---------------------------------------------- */

static enum require_result check_presence(const char *name,
					  const struct require_facts *facts,
					  struct error *err)
{
	switch (host_module_present(facts->root, name)) {
	case HOST_YES:
		return REQUIRE_MET;
	case HOST_NO:
		return unmet(err, "there is no module '%s' in '/sys/module'",
			     name);
	case HOST_UNKNOWN:
		break;
	}
	return unmet(err, "cannot read '/sys/module'");
}

static enum require_result
check_version(const char *name, enum version_operator op, const char *wanted,
	      const struct require_facts *facts, struct error *err)
{
	char *version = host_module_attribute(facts->root, name, "version");
	enum require_result result = REQUIRE_MET;

	if (!version)
		return unmet(err, "module '%s' has no version", name);
	if (!version_order_is(version_compare(version, wanted), op))
		result =
			unmet(err, "module '%s' has version %s", name, version);
	free(version);
	return result;
}

enum require_result require_module(const char *rest,
				   const struct require_facts *facts,
				   struct error *err)
{
	enum require_result result;
	enum version_operator op;
	const char *at, *wanted = NULL;
	char *name;

	at = version_operator_find(rest, &op, &wanted);
	name = at ? xasprintf("%.*s", (int)(at - rest), rest) : xstrdup(rest);
	if (!is_word(name) || (at && !*wanted)) {
		result = require_invalid(err, "module:", rest,
					 "module:NAME>=VERSION");
	} else {
		result = check_presence(name, facts, err);
		if (at && result == REQUIRE_MET)
			result = check_version(name, op, wanted, facts, err);
	}
	free(name);
	return result;
}

/* --- param:MODULE.PARAM=VALUE -------------------------------------------- */

static const char *canonical_bool(const char *value)
{
	if (!strcmp(value, "Y") || !strcmp(value, "y"))
		return "1";
	if (!strcmp(value, "N") || !strcmp(value, "n"))
		return "0";
	return value;
}

static enum require_result
check_parameter(const char *module, const char *parameter, const char *wanted,
		const struct require_facts *facts, struct error *err)
{
	enum require_result result = check_presence(module, facts, err);
	char *value;

	if (result != REQUIRE_MET)
		return result;
	value = host_module_parameter(facts->root, module, parameter);
	if (!value)
		return unmet(err,
			     "cannot read parameter '%s' of module '%s': %s",
			     parameter, module, strerror(errno));
	if (strcmp(canonical_bool(value), canonical_bool(wanted)))
		result = unmet(err, "%s.%s is '%s'", module, parameter, value);
	free(value);
	return result;
}

enum require_result require_param(const char *rest,
				  const struct require_facts *facts,
				  struct error *err)
{
	char *module = xstrdup(rest), *parameter, *wanted;
	enum require_result result;

	parameter = strchr(module, '.');
	wanted = strchr(module, '=');
	if (parameter)
		*parameter++ = '\0';
	if (wanted)
		*wanted++ = '\0';
	if (!parameter || !wanted || parameter > wanted || !is_word(module) ||
	    !is_word(parameter))
		result = require_invalid(err, "param:", rest,
					 "param:MODULE.PARAM=VALUE");
	else
		result = check_parameter(module, parameter, wanted, facts, err);
	free(module);
	return result;
}

/* --- cpu:FLAG ------------------------------------------------------------ */

enum require_result require_cpu(const char *rest,
				const struct require_facts *facts,
				struct error *err)
{
	enum host_answer answer;
	char *flag, *c;

	if (!is_word(rest))
		return require_invalid(err, "cpu:", rest, "cpu:FLAG");
	flag = xstrdup(rest);
	for (c = flag; (c = strchr(c, '-')); c++)
		*c = '_';
	answer = host_cpu_flag(facts->root, flag);
	free(flag);
	if (answer == HOST_YES)
		return REQUIRE_MET;
	if (answer == HOST_NO)
		return unmet(err, "the CPU has no flag '%s'", rest);
	return unmet(err, "cannot read the CPU's flags: %s", strerror(errno));
}

/* --- kernel>=VERSION ----------------------------------------------------- */

/* Parts of digits with a dot between them. */
static bool is_dotted_number(const char *s)
{
	size_t digits;

	do {
		digits = strspn(s, "0123456789");
		s += digits;
	} while (digits && *s == '.' && s++);
	return digits && !*s;
}

enum require_result require_kernel(const char *rest,
				   const struct require_facts *facts,
				   struct error *err)
{
	enum require_result result = REQUIRE_MET;
	enum version_operator op;
	const char *wanted;
	char *release;

	if (version_operator_find(rest, &op, &wanted) != rest ||
	    !is_dotted_number(wanted))
		return require_invalid(err, "kernel", rest, "kernel>=6.1");
	release = host_line(facts->root, "/proc/sys/kernel/osrelease");
	if (!release)
		return unmet(err, "cannot read the kernel's release: %s",
			     strerror(errno));
	if (!version_order_is(release_compare(release, wanted), op))
		result = unmet(err, "the kernel is %s", release);
	free(release);
	return result;
}

/* --- backend:A|B --------------------------------------------------------- */

static bool is_backend(const char *name)
{
	return !strcmp(name, "svm") || !strcmp(name, "vmx") ||
	       !strcmp(name, "other");
}

enum require_result require_backend(const char *rest,
				    const struct require_facts *facts,
				    struct error *err)
{
	const char *have =
		kvm_backend_name(host_kvm_backend(facts->root, NULL));
	enum require_result result = REQUIRE_UNMET;
	char *list = xstrdup(rest), *next = list, *name;

	while (result != REQUIRE_INVALID && (name = strsep(&next, "|"))) {
		if (!is_backend(name))
			result = require_invalid(err, "backend:", rest,
						 "backend:svm|vmx|other");
		else if (have && !strcmp(have, name))
			result = REQUIRE_MET;
	}
	free(list);
	if (result != REQUIRE_UNMET)
		return result;
	return unmet(err, "KVM's back end is %s", have ? have : "unknown");
}
