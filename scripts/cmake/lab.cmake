# SPDX-License-Identifier: GPL-2.0-or-later
# The lab's part of the executable: what runs inside its machines or beside
# them, and the scripts and patches that build kernels.

# Programs of the machine's first file system: static, as it has no libraries.
function(add_lab_program name source)
	add_executable(${name} ${source})
	target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
	target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
	target_compile_options(${name} PRIVATE -O2 -fno-sanitize=all)
	target_link_options(${name} PRIVATE -static -fno-sanitize=all
		-Wl,--build-id=none)
	add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${name}.stripped
		COMMAND ${OBJCOPY} --strip-all $<TARGET_FILE:${name}>
			${CMAKE_BINARY_DIR}/${name}.stripped
		DEPENDS ${name} VERBATIM)
endfunction()
add_lab_program(lab-init harness/lab/init/init.c)
add_lab_program(lab-tsc-aux-nmi harness/lab/init/tsc-aux-nmi.c)

add_library(lab-windows MODULE harness/lab/plugin/windows.c)
target_compile_options(lab-windows PRIVATE -O2 -fvisibility=hidden
	-fno-sanitize=all)
target_link_options(lab-windows PRIVATE -fno-sanitize=all -Wl,--build-id=none)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/lab-windows.stripped
	COMMAND ${OBJCOPY} --strip-unneeded $<TARGET_FILE:lab-windows>
		${CMAKE_BINARY_DIR}/lab-windows.stripped
	DEPENDS lab-windows VERBATIM)

list(APPEND embedded_files "lab/init=${CMAKE_BINARY_DIR}/lab-init.stripped"
	"lab/tsc-aux-nmi=${CMAKE_BINARY_DIR}/lab-tsc-aux-nmi.stripped"
	"lab/windows.so=${CMAKE_BINARY_DIR}/lab-windows.stripped"
	"lab/install-deps=${CMAKE_SOURCE_DIR}/scripts/install-deps")

# The kernel module, with what it takes from the suite beside it.
file(GLOB probe_files CONFIGURE_DEPENDS
	RELATIVE ${CMAKE_SOURCE_DIR}/scripts scripts/probe/*)
foreach(file ${probe_files})
	list(APPEND embedded_files "lab/${file}=${CMAKE_SOURCE_DIR}/scripts/${file}")
endforeach()
list(APPEND embedded_files
	"lab/probe/insn-text.h=${CMAKE_SOURCE_DIR}/guest/insn-text.h")

file(GLOB_RECURSE lab_files CONFIGURE_DEPENDS
	RELATIVE ${CMAKE_SOURCE_DIR}/scripts scripts/lab/*)
foreach(file ${lab_files})
	list(APPEND embedded_files "${file}=${CMAKE_SOURCE_DIR}/scripts/${file}")
endforeach()
