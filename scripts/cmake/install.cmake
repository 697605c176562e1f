# SPDX-License-Identifier: GPL-2.0-or-later
# cmake --install: the executable, its man pages and completion, and the scripts
# around it. These find it by the link beside them (scripts/executable).
include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR}/vmentry-bench)
set(scripts ${data}/scripts)

install(TARGETS run-bench RUNTIME)
install(DIRECTORY ${CMAKE_BINARY_DIR}/man/
	DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
	FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
	FILES_MATCHING PATTERN *.1.gz)
install(FILES ${CMAKE_BINARY_DIR}/man/vmentry-bench-csv.5.gz
	DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES scripts/completion/run-bench.bash RENAME run-bench
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
# The documents lead to each other as they do in the source tree.
install(FILES README.md LICENSES.md scripts/debian/copyright
	${CMAKE_BINARY_DIR}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB documents CONFIGURE_DEPENDS docs/*.md)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(FILES results/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/results)

# install_scripts(DIRECTORY FILE...): those with a "#!" can be executed.
function(install_scripts directory)
	foreach(file ${ARGN})
		file(READ ${file} start LIMIT 2)
		if(start MATCHES "^#!")
			install(PROGRAMS ${file} DESTINATION ${scripts}/${directory})
		else()
			install(FILES ${file} DESTINATION ${scripts}/${directory})
		endif()
	endforeach()
endfunction()

foreach(directory ab-reboot.d demo-nightly.d nightly.d probe systemd lab/patches
		lab/qemu)
	file(GLOB files CONFIGURE_DEPENDS scripts/${directory}/*.*
		scripts/${directory}/Kbuild)
	install_scripts(${directory} ${files})
endforeach()
install_scripts(. scripts/ab-reboot scripts/demo-nightly
	scripts/executable scripts/nightly scripts/shell-parts.sh)
install_scripts(fleet scripts/fleet/host-name.sh scripts/fleet/on-host.sh
	scripts/fleet/one-host scripts/fleet/run scripts/fleet/slurm-array
	scripts/fleet/tap-to-lava)
install_scripts(lab scripts/lab/build-qemu scripts/lab/debian-source.sh)
install_scripts(probe scripts/probe/build guest/insn-text.h)

file(RELATIVE_PATH link ${CMAKE_INSTALL_FULL_DATADIR}/vmentry-bench
	${CMAKE_INSTALL_FULL_BINDIR}/run-bench)
install(CODE "file(CREATE_LINK \"${link}\"
	\"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${data}/run-bench\" SYMBOLIC)")
