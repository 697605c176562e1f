# SPDX-License-Identifier: GPL-2.0-or-later
# cpack -G DEB: a Debian package, the same bytes for the same commit. Its
# dependencies are what the executable is linked with.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME vmentry-bench)
set(CPACK_PACKAGE_VENDOR "vmentry-bench developers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package-modes.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package-date.cmake)
set(CPACK_SOURCE_DATE ${source_date})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER
	"vmentry-bench developers <vmentry-bench@example.org>")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Pictures. The lab's emulator, several hosts, and kexec are not for everyone.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnuplot-nox)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
	"qemu-system-x86, bash-completion, parallel, openssh-client, kexec-tools")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
	"what a kernel costs per VM-entry, timer and NMI under KVM")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"run-bench launches minimal guests of its own on /dev/kvm, times single events
in the guest with fenced reads of the TSC, proves with KVM's own statistics
that each of them happened, and writes CSV files and pictures. It compares
kernels with confidence intervals, keeps histories of nights, and counts
instructions in emulated machines.")

include(CPack)
