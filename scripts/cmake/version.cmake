# SPDX-License-Identifier: GPL-2.0-or-later
# generated/version.h: the tool's version and the commit it was built from;
# generated/source-date: when that was made, for all that bears a date. They are
# rewritten only when they change, so that a build without news stays one.
set(version_header ${CMAKE_BINARY_DIR}/generated/version.h)
set(source_date ${CMAKE_BINARY_DIR}/generated/source-date)
add_custom_target(version
	BYPRODUCTS ${version_header} ${source_date}
	COMMAND ${CMAKE_COMMAND} -DHEADER=${version_header} -DDATE=${source_date}
		-DVERSION=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR}
		-P ${CMAKE_SOURCE_DIR}/scripts/cmake/write-version.cmake
	VERBATIM)
