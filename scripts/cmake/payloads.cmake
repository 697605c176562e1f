# SPDX-License-Identifier: GPL-2.0-or-later
# Each guest/payload/NAME.c becomes one freestanding ELF, linked with the
# runtime, and is embedded in the executable: one file to copy to a test
# machine. The gnuplot scripts are embedded the same way.

file(GLOB payload_sources CONFIGURE_DEPENDS guest/payload/*.c)
set(guest_flags -ffreestanding -fno-pic -fno-pie -mno-red-zone
	-mgeneral-regs-only -mcmodel=small -fno-stack-protector
	-fcf-protection=none -fno-asynchronous-unwind-tables
	-fno-tree-loop-distribute-patterns -fno-sanitize=all -O2 -g)

add_library(guest_runtime OBJECT guest/start.S guest/handlers.S guest/runtime.c)
target_compile_options(guest_runtime PRIVATE ${guest_flags})

set(embedded_files "")
foreach(source ${payload_sources})
	get_filename_component(name ${source} NAME_WE)
	set(target payload-${name})
	add_executable(${target} ${source} $<TARGET_OBJECTS:guest_runtime>)
	target_compile_options(${target} PRIVATE ${guest_flags})
	target_include_directories(${target} PRIVATE guest)
	target_link_options(${target} PRIVATE -nostdlib -static -no-pie
		-fno-sanitize=all
		-Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096
		-T ${CMAKE_SOURCE_DIR}/guest/payload.ld)
	set_target_properties(${target} PROPERTIES
		LINK_DEPENDS ${CMAKE_SOURCE_DIR}/guest/payload.ld
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/payloads
		OUTPUT_NAME ${name}.elf)
	# The embedded copy keeps the symbols and loses the debug information.
	set(stripped ${CMAKE_BINARY_DIR}/payloads/${name}.stripped)
	add_custom_command(OUTPUT ${stripped}
		COMMAND ${CMAKE_OBJCOPY} --strip-debug
			$<TARGET_FILE:${target}> ${stripped}
		DEPENDS ${target} VERBATIM)
	list(APPEND embedded_files "payload/${name}=${stripped}")
endforeach()

file(GLOB plot_scripts CONFIGURE_DEPENDS scripts/plot/*.gp)
foreach(script ${plot_scripts})
	get_filename_component(name ${script} NAME)
	list(APPEND embedded_files "plot/${name}=${script}")
endforeach()

# generated/embedded.S holds the bytes, and one sorted table of them.
set(bytes ".section .rodata\n")
set(table "")
set(names "")
set(embedded_paths "")
set(i 0)
foreach(entry ${embedded_files})
	string(REGEX MATCH "^([^=]*)=(.*)$" _ ${entry})
	string(APPEND bytes ".balign 16\ndata${i}: .incbin \"${CMAKE_MATCH_2}\"\n"
		"end${i}: .byte 0\n")
	string(APPEND names "name${i}: .asciz \"${CMAKE_MATCH_1}\"\n")
	string(APPEND table ".quad name${i}, data${i}, end${i} - data${i}\n")
	list(APPEND embedded_paths ${CMAKE_MATCH_2})
	math(EXPR i "${i} + 1")
endforeach()
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/embedded.S CONTENT
"${bytes}${names}.section .data.rel.ro, \"aw\"\n.balign 8\n.globl embedded_files, embedded_count
embedded_files:\n${table}embedded_count: .quad ${i}
.section .note.GNU-stack, \"\", @progbits\n")
add_library(embedded STATIC ${CMAKE_BINARY_DIR}/generated/embedded.S)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/embedded.S PROPERTIES
	GENERATED TRUE OBJECT_DEPENDS "${embedded_paths}")
