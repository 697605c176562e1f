# SPDX-License-Identifier: GPL-2.0-or-later
# The man pages, which the executable's own --help becomes.
file(GLOB man_sources CONFIGURE_DEPENDS scripts/man/*)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/man/run-bench.1.gz
	COMMAND scripts/man/build $<TARGET_FILE:run-bench> ${CMAKE_BINARY_DIR}/man
		${source_date}
	DEPENDS run-bench ${source_date} ${man_sources}
		${CMAKE_SOURCE_DIR}/results/README.md
	WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
add_custom_target(man ALL DEPENDS ${CMAKE_BINARY_DIR}/man/run-bench.1.gz)

set(changelog ${CMAKE_BINARY_DIR}/changelog.gz)
add_custom_command(OUTPUT ${changelog}
	COMMAND gzip -9 -n -c scripts/debian/changelog >${changelog}
	DEPENDS ${CMAKE_SOURCE_DIR}/scripts/debian/changelog
	WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
add_custom_target(changelog ALL DEPENDS ${changelog})
