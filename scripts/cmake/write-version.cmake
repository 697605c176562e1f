# SPDX-License-Identifier: GPL-2.0-or-later
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12
	OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
	set(commit unknown)
endif()
set(text "#define VMB_VERSION \"${VERSION}\"\n#define VMB_COMMIT \"${commit}\"\n")
set(old "")
if(EXISTS ${OUTPUT})
	file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
	file(WRITE ${OUTPUT} ${text})
endif()
