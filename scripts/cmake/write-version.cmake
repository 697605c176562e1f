# SPDX-License-Identifier: GPL-2.0-or-later
include(${CMAKE_CURRENT_LIST_DIR}/source-commit.cmake)

function(write_changed file text)
	set(old "")
	if(EXISTS ${file})
		file(READ ${file} old)
	endif()
	if(NOT EXISTS ${file} OR NOT old STREQUAL text)
		file(WRITE ${file} "${text}")
	endif()
endfunction()

source_commit(${SOURCE})
write_changed(${HEADER} "#define VMB_VERSION \"${VERSION}\"
#define VMB_COMMIT \"${commit}\"
#define VMB_COMMIT_TEXT \"${commit_text}\"\n")
if(DEFINED ENV{SOURCE_DATE_EPOCH})
	set(commit_time $ENV{SOURCE_DATE_EPOCH})
endif()
write_changed(${DATE} "${commit_time}")
