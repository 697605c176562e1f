# SPDX-License-Identifier: GPL-2.0-or-later
include(${CMAKE_CURRENT_LIST_DIR}/source-commit.cmake)
source_commit(${SOURCE})
set(text "#define VMB_VERSION \"${VERSION}\"\n#define VMB_COMMIT \"${commit}\"
#define VMB_COMMIT_TEXT \"${commit_text}\"\n")
set(old "")
if(EXISTS ${OUTPUT})
	file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
	file(WRITE ${OUTPUT} ${text})
endif()
