# SPDX-License-Identifier: GPL-2.0-or-later
# Run by cpack: all dates in a package are the commit's, unless told.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH} AND EXISTS ${CPACK_SOURCE_DATE})
	file(READ ${CPACK_SOURCE_DATE} seconds)
	if(NOT seconds STREQUAL "")
		set(ENV{SOURCE_DATE_EPOCH} ${seconds})
	endif()
endif()
