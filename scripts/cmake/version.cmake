# SPDX-License-Identifier: GPL-2.0-or-later
# generated/version.h: the tool's version and the commit it was built from. It
# is rewritten only when it changes, so that a build without news stays one.
set(version_header ${CMAKE_BINARY_DIR}/generated/version.h)
add_custom_target(version
	BYPRODUCTS ${version_header}
	COMMAND ${CMAKE_COMMAND} -DOUTPUT=${version_header}
		-DVERSION=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR}
		-P ${CMAKE_SOURCE_DIR}/scripts/cmake/write-version.cmake
	VERBATIM)
