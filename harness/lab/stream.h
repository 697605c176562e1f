/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a lab machine's init tells the monitor of the machine: a stream of
 * bytes written to the debug console, I/O port 0xe9, which QEMU and Bochs both
 * have and for which the kernel under test needs no driver.
 *
 * LAB_STREAM_MAGIC, then frames: one byte enum lab_frame, the length as four
 * bytes, least significant first, and as many bytes. EXIT is the last.
 */
#ifndef VMB_LAB_STREAM_H
#define VMB_LAB_STREAM_H

#define LAB_STREAM_PORT	 0xe9
#define LAB_STREAM_MAGIC "\x16vmentry-bench lab 1\n"
#define LAB_FRAME_MAX	 65536u /* bytes of a frame, its header not counted */

/* Where the suite leaves its results in the machine, for init to send. */
#define LAB_RESULTS "/lab/results"
/* A file more, where it is asked for: functions as /proc/kallsyms has them. */
#define LAB_SYMBOLS "kallsyms"

enum lab_frame {
	LAB_FRAME_OUTPUT = 'o', /* what the suite printed */
	LAB_FRAME_FILE = 'f', /* a file begins: its path in the results */
	LAB_FRAME_DATA = 'd', /* more of its bytes */
	LAB_FRAME_EXIT = 'x', /* how it ended: text, "0", or what went wrong */
};

#endif
