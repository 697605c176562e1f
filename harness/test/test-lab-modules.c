// SPDX-License-Identifier: GPL-2.0-or-later
/* Which modules load, in which order, and how they come into the archive. */
#include "fixture.h"
#include "lab/modules.h"

static const char dep[] =
	"kernel/arch/x86/kvm/kvm.ko: kernel/virt/lib/irqbypass.ko\n"
	"kernel/arch/x86/kvm/kvm-amd.ko: kernel/drivers/crypto/ccp/ccp.ko "
	"kernel/arch/x86/kvm/kvm.ko kernel/virt/lib/irqbypass.ko\n"
	"kernel/arch/x86/kvm/kvm-intel.ko: kernel/arch/x86/kvm/kvm.ko "
	"kernel/virt/lib/irqbypass.ko\n"
	"kernel/virt/lib/irqbypass.ko:\n"
	"kernel/drivers/crypto/ccp/ccp.ko:\n";

/* --- the order ----------------------------------------------------------------- */

static void test_dependencies_first(void **state)
{
	(void)state;
	assert_text(lab_modules_order(dep, "kvm-amd"),
		    "kernel/virt/lib/irqbypass.ko\n"
		    "kernel/arch/x86/kvm/kvm.ko\n"
		    "kernel/drivers/crypto/ccp/ccp.ko\n"
		    "kernel/arch/x86/kvm/kvm-amd.ko\n");
	assert_text(lab_modules_order(dep, "kvm-intel"),
		    "kernel/virt/lib/irqbypass.ko\n"
		    "kernel/arch/x86/kvm/kvm.ko\n"
		    "kernel/arch/x86/kvm/kvm-intel.ko\n");
}

static void test_names_that_begin_alike(void **state)
{
	(void)state;
	assert_text(lab_modules_order(dep, "kvm"),
		    "kernel/virt/lib/irqbypass.ko\n"
		    "kernel/arch/x86/kvm/kvm.ko\n");
	assert_text(lab_modules_order("x/kvm-amd.ko: x/b.ko\nx/kvm.ko:\n",
				      "kvm"),
		    "x/kvm.ko\n");
	assert_text(lab_modules_order("x/my-kvm.ko:\nx/kvm.ko:\n", "kvm"),
		    "x/kvm.ko\n");
	/* A directory's name is none of a module. */
	assert_null(lab_modules_order("kvm-amd/x.ko:\n", "kvm-amd"));
	/* Nor is a dependency. */
	assert_null(lab_modules_order("x/a.ko: x/kvm.ko\n", "kvm"));
}

static void test_no_dependencies(void **state)
{
	(void)state;
	assert_text(lab_modules_order(dep, "ccp"),
		    "kernel/drivers/crypto/ccp/ccp.ko\n");
	assert_text(lab_modules_order("kvm.ko:", "kvm"), "kvm.ko\n");
	assert_text(lab_modules_order("kvm.ko: ", "kvm"), "kvm.ko\n");
}

static void test_compressed(void **state)
{
	static const char *const suffixes[] = { ".ko", ".ko.xz", ".ko.gz",
						".ko.zst" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *text = xasprintf("a/kvm.ko.bz2:\na/kvm%s: a/b%s\n",
				       suffixes[i], suffixes[i]);
		char *order =
			xasprintf("a/b%s\na/kvm%s\n", suffixes[i], suffixes[i]);

		assert_text(lab_modules_order(text, "kvm"), order);
		assert_null(lab_modules_order(text, "kvm.ko"));
		free(order);
		free(text);
	}
}

static void test_none(void **state)
{
	(void)state;
	assert_null(lab_modules_order("", "kvm"));
	assert_null(lab_modules_order("\n\n", "kvm"));
	assert_null(lab_modules_order(dep, "vmx"));
	assert_null(lab_modules_order(dep, ""));
	assert_null(lab_modules_order("kvm: a.ko\nkvm.o:\n.ko:\n", "kvm"));
	/* In depmod's table names have a hyphen where the file has one. */
	assert_null(lab_modules_order(dep, "kvm_amd"));
}

/* --- into the archive ------------------------------------------------------------ */

/* The directory of modules, of which those in @dep are there and packed. */
static char *make_modules(const struct fixture *f, const char *modules_dep)
{
	put(f, "/lib/modules/6.1/modules.dep", modules_dep);
	put(f, "/lib/modules/6.1/kernel/irqbypass.ko", "irqbypass");
	put_gzip(f, "/lib/modules/6.1/kernel/kvm.ko.gz", "kvm");
	put_gzip(f, "/lib/modules/6.1/kernel/kvm-amd.ko.gz", "kvm-amd");
	put(f, "/lib/modules/6.1/kernel/kvm-intel.ko", "kvm-intel");
	return xasprintf("%s/lib/modules/6.1", f->directory);
}

static int put_modules(const struct fixture *f, const char *modules_dep,
		       struct error *err)
{
	char *directory = make_modules(f, modules_dep);
	char *path = xasprintf("%s/archive", f->directory);
	struct error close_err;
	struct cpio cpio;
	int ret;

	unlink(path);
	if (cpio_create(&cpio, path, err))
		fail_msg("%s", err->text);
	ret = lab_modules_put(&cpio, directory, err);
	assert_int_equal(cpio_close(&cpio, &close_err), 0);
	free(path);
	free(directory);
	return ret;
}

static const char small_dep[] =
	"kernel/kvm.ko.gz: kernel/irqbypass.ko\n"
	"kernel/kvm-amd.ko.gz: kernel/kvm.ko.gz kernel/irqbypass.ko\n"
	"kernel/kvm-intel.ko: kernel/kvm.ko.gz kernel/irqbypass.ko\n"
	"kernel/irqbypass.ko:\n";

/* Where @name and its contents are in the archive; -1 when they are not. */
static long find_member(const char *text, size_t len, const char *name,
			const char *contents)
{
	size_t name_size = strlen(name) + 1, n = strlen(contents);
	const char *at = memmem(text, len, name, name_size), *data;

	if (!at)
		return -1;
	data = text + (((size_t)(at - text) + name_size + 3) & ~(size_t)3);
	assert_true((size_t)(data - text) + n <= len);
	assert_memory_equal(data, contents, n);
	return (long)(at - text);
}

static void test_archive(void **state)
{
	static const struct {
		const char *name, *contents;
	} members[] = {
		{ "lab/modules", "" },
		{ "lab/modules/00-irqbypass.ko", "irqbypass" },
		{ "lab/modules/01-kvm.ko", "kvm" },
		{ "lab/modules/02-kvm-amd.ko", "kvm-amd" },
		{ "lab/modules/03-kvm-intel.ko", "kvm-intel" },
	};
	const struct fixture *f = *state;
	struct error err;
	char *path, *text;
	long last = -1, at;
	size_t len;

	if (put_modules(f, small_dep, &err))
		fail_msg("%s", err.text);
	path = xasprintf("%s/archive", f->directory);
	text = read_file(path, &len);
	assert_non_null(text);
	/* What both vendors' modules need is there once. */
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		at = find_member(text, len, members[i].name,
				 members[i].contents);
		assert_true(at > last);
		last = at;
	}
	assert_null(memmem(text, len, "lab/modules/04", 14));
	free(text);
	free(path);
}

static void test_one_vendor(void **state)
{
	struct error err;

	assert_int_equal(put_modules(*state, "kernel/kvm-intel.ko:\n", &err),
			 0);
	assert_int_equal(put_modules(*state, "kernel/kvm-amd.ko.gz:\n", &err),
			 0);
}

static void expect_error(const struct fixture *f, const char *modules_dep,
			 const char *format)
{
	char *directory = xasprintf("%s/lib/modules/6.1", f->directory);
	struct error err, expected;

	error_set(&expected, format, directory);
	assert_int_equal(put_modules(f, modules_dep, &err), -1);
	if (strncmp(err.text, expected.text, strlen(expected.text)))
		fail_msg("%s", err.text);
	free(directory);
}

static void test_errors(void **state)
{
	const struct fixture *f = *state;

	expect_error(f, "kernel/irqbypass.ko:\n", "'%s' has no KVM module");
	expect_error(f, "kernel/kvm-amd.ko: kernel/kvm.ko\n",
		     "cannot read '%s/kernel/kvm.ko': No such file");
	expect_error(f, "kernel/kvm-amd.ko: kernel/kvm.ko.bz2\n",
		     "cannot unpack module 'kernel/kvm.ko.bz2'");
	/* Packed by its name, but not by its contents. */
	put(f, "/lib/modules/6.1/kernel/bad.ko.gz", "no gzip");
	expect_error(f, "kernel/kvm-amd.ko.gz: kernel/bad.ko.gz\n",
		     "'gzip' failed with exit status 1");
}

static void test_no_directory(void **state)
{
	const struct fixture *f = *state;
	char *path = xasprintf("%s/archive", f->directory);
	struct cpio cpio;
	struct error err;

	assert_int_equal(cpio_create(&cpio, path, &err), 0);
	assert_int_equal(lab_modules_put(&cpio, "/none/at/all", &err), -1);
	assert_string_equal(err.text, "cannot open '/none/at/all': "
				      "No such file or directory");
	cpio_close(&cpio, &err);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dependencies_first),
		cmocka_unit_test(test_names_that_begin_alike),
		cmocka_unit_test(test_no_dependencies),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_none),
		FIXTURE_TEST(test_archive),
		FIXTURE_TEST(test_one_vendor),
		FIXTURE_TEST(test_errors),
		FIXTURE_TEST(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
