# SPDX-License-Identifier: GPL-2.0-or-later
# What is built: the commit, and when it was made.

# source_commit(SOURCE): sets
#   commit       12 digits, with "-dirty" where tracked files differ from it;
#                "unknown" without git and outside of a git archive
#   commit_text  the same as --version says it
#   commit_time  seconds since 1970 of the commit, "" when unknown
function(source_commit source)
	set(text "commit unknown")
	set(seconds "")
	# Not that of a repository around an unpacked archive.
	execute_process(COMMAND git -C ${source} rev-parse --show-prefix
		RESULT_VARIABLE status OUTPUT_VARIABLE prefix ERROR_QUIET
		OUTPUT_STRIP_TRAILING_WHITESPACE)
	file(STRINGS ${source}/scripts/cmake/archive-commit archive)
	if(status EQUAL 0 AND prefix STREQUAL "")
		execute_process(COMMAND git -C ${source} describe --always --dirty
				--abbrev=12 --exclude=*
			OUTPUT_VARIABLE name OUTPUT_STRIP_TRAILING_WHITESPACE)
		execute_process(COMMAND git -C ${source} log -1 --format=%ct
			OUTPUT_VARIABLE seconds OUTPUT_STRIP_TRAILING_WHITESPACE)
		string(REPLACE "-dirty" ", modified" text "commit ${name}")
	elseif(archive MATCHES "commit ([0-9a-f]+);time ([0-9]+)")
		set(seconds ${CMAKE_MATCH_2})
		string(SUBSTRING ${CMAKE_MATCH_1} 0 12 name)
		set(text "commit ${name}, from an archive")
	endif()
	if(NOT name)
		set(name unknown)
	endif()
	set(commit ${name} PARENT_SCOPE)
	set(commit_text ${text} PARENT_SCOPE)
	set(commit_time ${seconds} PARENT_SCOPE)
endfunction()
