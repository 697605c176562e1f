# SPDX-License-Identifier: GPL-2.0-or-later
# Run by cpack: directories are for everyone, whatever the umask was.
execute_process(COMMAND chmod -R u=rwX,go=rX ${CPACK_TEMPORARY_DIRECTORY}
	COMMAND_ERROR_IS_FATAL ANY)
