# SPDX-License-Identifier: GPL-2.0-or-later
# Each guest/payload/NAME.c becomes one freestanding ELF, linked with the
# runtime and with its own handlers, NAME.S, if it has any, and is embedded in
# the executable (embed.cmake). Those of guest/test/ are embedded in tests.

set(embedded_files "")
set(embedded_test_files "")
set(guest_flags -ffreestanding -fno-pic -fno-pie -mno-red-zone
	-mgeneral-regs-only -mcmodel=small -fno-stack-protector
	-fcf-protection=none -fno-asynchronous-unwind-tables
	-fno-sanitize=all -O2 -g)
# gcc's own flag: without it a loop may become a call of memset.
include(CheckCCompilerFlag)
check_c_compiler_flag(-fno-tree-loop-distribute-patterns HAVE_NO_LOOP_PATTERNS)
if(HAVE_NO_LOOP_PATTERNS)
	list(APPEND guest_flags -fno-tree-loop-distribute-patterns)
endif()

add_library(guest_runtime OBJECT guest/start.S guest/handlers.S guest/runtime.c)
target_compile_options(guest_runtime PRIVATE ${guest_flags})

# Payloads of guest/DIRECTORY, added to the list @files of what is embedded.
function(add_payloads directory files)
	file(GLOB sources CONFIGURE_DEPENDS guest/${directory}/*.c)
	set(entries ${${files}})
	foreach(source ${sources})
		get_filename_component(name ${source} NAME_WE)
		set(target payload-${name})
		add_executable(${target} ${source}
			$<TARGET_OBJECTS:guest_runtime>)
		if(EXISTS ${CMAKE_SOURCE_DIR}/guest/${directory}/${name}.S)
			target_sources(${target} PRIVATE
				guest/${directory}/${name}.S)
		endif()
		target_compile_options(${target} PRIVATE ${guest_flags})
		target_include_directories(${target} PRIVATE guest)
		target_link_options(${target} PRIVATE -nostdlib -static
			-fno-sanitize=all -Wl,--build-id=none
			-Wl,-z,noexecstack -Wl,-z,max-page-size=4096
			-T ${CMAKE_SOURCE_DIR}/guest/payload.ld)
		set_target_properties(${target} PROPERTIES
			LINK_DEPENDS ${CMAKE_SOURCE_DIR}/guest/payload.ld
			RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/payloads
			OUTPUT_NAME ${name}.elf)
		# The embedded copy keeps the symbols and loses the debug
		# information.
		set(stripped ${CMAKE_BINARY_DIR}/payloads/${name}.stripped)
		add_custom_command(OUTPUT ${stripped}
			COMMAND ${OBJCOPY} --strip-debug
				$<TARGET_FILE:${target}> ${stripped}
			DEPENDS ${target} VERBATIM)
		list(APPEND entries "payload/${name}=${stripped}")
	endforeach()
	set(${files} ${entries} PARENT_SCOPE)
endfunction()

add_payloads(payload embedded_files)
# Those that misbehave: in the tests only, never in run-bench.
add_payloads(test embedded_test_files)
