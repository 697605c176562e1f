# SPDX-License-Identifier: GPL-2.0-or-later
# The latencies of a benchmark with two parameters: a field for each setting of
# both, coloured by its median, on a logarithmic scale. By hand:
#
#   gnuplot -e "data='timer-tscdeadline-heat.csv'; output='heat.svg'" \
#           scripts/plot/heatmap.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run,
# overhead; and the length of the longest name of a row: longest. Columns of
# `data`:
#
#   x,y,delay,wait,status,p50,p99
#
# Position, the two settings, ok or unverified, and TSC ticks.

reset
if (!exists('heading'))  heading = data
if (!exists('run'))      run = ''
if (!exists('overhead')) overhead = ''
if (!exists('longest'))  longest = 8    # characters of a name

set encoding utf8
set datafile separator comma
set datafile columnheaders
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b

# --- what is in the data -----------------------------------------------------
stats data using 1 nooutput
columns = int(STATS_max) + 1
stats data using 2 nooutput
rows = int(STATS_max) + 1
stats data using (strcol(5) eq 'ok' ? 0 : 1) nooutput
footnote = STATS_max > 0 ? 'An asterisk: the event is not verified.' : ''
stats data using (most($6, 1)) nooutput
low = STATS_min
high = most(STATS_max, 1.1*low)

# --- layout, in pixels -------------------------------------------------------
field_width = 128
field_height = 64
left = 48 + 7.3*longest
top = 90
bottom = 132
width = most(left + field_width*columns + 110, 620)
height = top + field_height*rows + bottom
across(pixels) = 1.0*pixels/width
up(pixels) = 1.0*pixels/height

png = output[strlen(output) - 3:*] eq '.png'
points = png ? 0.75 : 1    # of a pixel
big = sprintf('sans-serif,%g', 17*points)
text = sprintf('sans-serif,%g', 12*points)
small = sprintf('sans-serif,%g', 11*points)
fixed = sprintf('monospace,%g', 12*points)
if (png) {
	set terminal pngcairo noenhanced size width, height font text
} else {
	set terminal svg noenhanced size width, height font text background 'white'
}
set output output
set lmargin at screen across(left)
set rmargin at screen across(left + field_width*columns)
set tmargin at screen 1 - up(top)
set bmargin at screen up(bottom)

# --- axes --------------------------------------------------------------------
unset border
unset key
set tics scale 0
set xtics () font text
set ytics () font fixed
set xrange [-0.5:columns - 0.5]
set yrange [rows - 0.5:-0.5]
set xlabel 'delay'
set ylabel 'wait'
# Light to dark, so that black and white text can be chosen by the value.
set palette defined (0 '#f7fbff', 0.35 '#9ecae1', 0.7 '#3182bd', 1 '#08306b')
set logscale cb
set cbrange [low:high]
set colorbox user origin screen across(left + field_width*columns + 24), screen up(bottom) \
	size screen across(14), screen up(field_height*rows)
set cbtics () font small
do for [power = 0:18] {
	do for [digit in '1 2 5'] {
		x = digit*10.0**power
		if (x >= low && x <= high && (digit == 1 || high < 2000*low)) {
			set cbtics add (gprintf('%.0s%c', x) x)
		}
	}
}
set label 1 heading at screen across(16), screen 1 - up(22) font big
set label 2 run at screen across(16), screen 1 - up(46) textcolor '#404040'
set label 3 'Median of TSC ticks per operation, and below it p99 (lower is better)' \
	at screen across(16), screen up(48) font text
set label 4 overhead at screen across(16), screen up(30) font small textcolor '#404040'
set label 5 footnote at screen across(16), screen up(14) font small textcolor '#404040'

# --- the picture -------------------------------------------------------------
dark(x) = log(most(x, low)) > log(low) + 0.55*log(high/low)
name(x) = x < 10000 ? sprintf('%.0f', x) : gprintf(x < 1e6 ? '%.1s%c' : '%.2s%c', x)
mark(s) = s eq 'ok' ? '' : '*'
plot data using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):(most($6, low)) \
		with boxxy fillstyle solid border linecolor 'white' fillcolor palette, \
	data using 1:($2 - 0.13):(name($6).mark(strcol(5))):(dark($6) ? 0xffffff : 0x000000) \
		with labels center font fixed textcolor rgb variable, \
	data using 1:($2 + 0.2):('p99 '.name($7)):(dark($6) ? 0xe0e0e0 : 0x505050) \
		with labels center font small textcolor rgb variable, \
	data using 1:(NaN):xticlabels(3) with points, \
	data using (NaN):2:yticlabels(4) with points
unset output
