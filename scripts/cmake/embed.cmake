# SPDX-License-Identifier: GPL-2.0-or-later
# What is built into the executable, one file to copy to a test machine: the
# entries of embedded_files, "NAME=PATH", the gnuplot scripts, and the parts of the
# dashboard.

file(GLOB plot_scripts CONFIGURE_DEPENDS scripts/plot/*.gp)
foreach(script ${plot_scripts})
	get_filename_component(name ${script} NAME)
	list(APPEND embedded_files "plot/${name}=${script}")
endforeach()

file(GLOB page_parts CONFIGURE_DEPENDS scripts/trend/*.html scripts/trend/*.css
	scripts/trend/*.js)
foreach(part ${page_parts})
	get_filename_component(name ${part} NAME)
	list(APPEND embedded_files "trend/${name}=${part}")
endforeach()

# A library NAME of the bytes of what stands behind it, and one table of them.
function(add_embedded name type)
	set(bytes ".section .rodata\n")
	set(table "")
	set(names "")
	set(paths "")
	set(i 0)
	foreach(entry ${ARGN})
		string(REGEX MATCH "^([^=]*)=(.*)$" _ ${entry})
		string(APPEND bytes ".balign 16\n"
			"data${i}: .incbin \"${CMAKE_MATCH_2}\"\n"
			"end${i}: .byte 0\n")
		string(APPEND names "name${i}: .asciz \"${CMAKE_MATCH_1}\"\n")
		string(APPEND table ".quad name${i}, data${i}, end${i} - data${i}\n")
		list(APPEND paths ${CMAKE_MATCH_2})
		math(EXPR i "${i} + 1")
	endforeach()
	set(source ${CMAKE_BINARY_DIR}/generated/${name}.S)
	file(GENERATE OUTPUT ${source} CONTENT
"${bytes}${names}.section .data.rel.ro, \"aw\"\n.balign 8\n.globl embedded_files, embedded_count
embedded_files:\n${table}embedded_count: .quad ${i}
.section .note.GNU-stack, \"\", @progbits\n")
	add_library(${name} ${type} ${source})
	set_source_files_properties(${source} PROPERTIES
		GENERATED TRUE OBJECT_DEPENDS "${paths}")
endfunction()

add_embedded(embedded STATIC ${embedded_files})
if(embedded_test_files)
	# Objects, which a linker takes before it looks into libraries: in a test
	# of guests this table stands in for the other one.
	add_embedded(embedded-test OBJECT ${embedded_files}
		${embedded_test_files})
endif()
