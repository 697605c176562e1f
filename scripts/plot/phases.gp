# SPDX-License-Identifier: GPL-2.0-or-later
# Where the ticks of an exit go, before and after: a panel for each stretch of
# it, in which a bar goes from the least to the most that the stretch can have
# taken. By hand:
#
#   gnuplot -e "data='pair-phases.csv'; output='pair-phases.svg'" \
#           scripts/plot/phases.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run,
# run_new; and the length of the longest name: longest. Columns of `data`, in
# TSC ticks, two lines for each exit, base and new:
#
#   name,total,entry_lo,entry_hi,pre_lo,pre_hi,guest_lo,guest_hi,post_lo,
#   post_hi,exit_lo,exit_hi
#
# NaN for stretches that are no part of the exit.

reset
if (!exists('heading'))  heading = 'phases'
if (!exists('run'))      run = ''
if (!exists('run_new'))  run_new = ''
if (!exists('longest'))  longest = 60    # characters of a name

set encoding utf8
set datafile separator comma
set datafile columnheaders
most(a, b) = a > b ? a : b
round125(x) = x <= 1 ? 1 : x <= 2 ? 2 : x <= 5 ? 5 : 10
step(x) = most(1, round125(x/10.0**floor(log10(x)))*10.0**floor(log10(x)))
array names[5] = ['ioctl entry', 'pre-run', 'guest', 'post-run', 'ioctl exit']

# --- what is in the data -----------------------------------------------------
stats data using 2 nooutput
rows = int(STATS_records)/2
high = most(STATS_max, 1)
do for [i = 2:6] {
	stats data using (column(2*i) > 0 ? column(2*i) : 0) nooutput
	high = most(high, STATS_max)
}

# --- layout, in pixels -------------------------------------------------------
row_height = 30
panel = 170
gap = 18
left = 24 + 7.3*longest
right = 110
top = 136
bottom = 110
width = left + 5*panel + 4*gap + right
height = top + row_height*rows + bottom
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
set multiplot
set tmargin at screen 1 - up(top)
set bmargin at screen up(bottom)

# --- axes and texts ----------------------------------------------------------
set border 1 linecolor '#808080'
set tics nomirror out scale 0.5
set xrange [0:1.02*high]
set xtics step(high/2.5) font small format '%.0s%c'
set yrange [rows - 0.5:-0.5]
unset ytics
set grid xtics linetype 1 linecolor '#d8d8d8' linewidth 0.5 back
set label 1 heading at screen across(16), 1 - up(22) font big
set label 2 run at screen across(16), 1 - up(46) font text textcolor '#404040'
set label 3 run_new at screen across(16), 1 - up(64) font text textcolor '#404040'
set label 4 'TSC ticks: from the least to the most that each stretch can have taken (lower is better)' \
	at screen across(left), screen up(bottom - 42)
set label 5 'The empty op is subtracted. On the right: the whole exit.' at screen across(16), screen up(14) font small textcolor '#404040'
set key at screen across(16), screen 1 - up(80) left top horizontal Left reverse \
	samplen 1.5 width 1 font small

# --- the picture -------------------------------------------------------------
# Even lines are of the base, odd ones new; both are in one row.
row(line) = int(line)/2
of(side, x) = int($0) % 2 == side ? x : NaN
do for [i = 1:5] {
	from = left + (i - 1)*(panel + gap)
	set lmargin at screen across(from)
	set rmargin at screen across(from + panel)
	set label 6 names[i] at graph 0.5, screen 1 - up(top - 12) center font text
	set arrow 1 from graph 0, graph 0 to graph 0, graph 1 nohead linecolor '#808080' linewidth 0.5
	plot data using (of(0, column(2*i + 1))):(row($0)):(column(2*i + 1)):(column(2*i + 2)): \
			(row($0) - 0.3):(row($0) - 0.04) with boxxy fillstyle solid noborder \
			fillcolor '#a0a0a0' title i == 1 ? 'base' : '', \
		data using (of(1, column(2*i + 1))):(row($0)):(column(2*i + 1)):(column(2*i + 2)): \
			(row($0) + 0.04):(row($0) + 0.3) with boxxy fillstyle solid noborder \
			fillcolor '#0072b2' title i == 1 ? 'new' : '', \
		data using (i == 1 ? of(0, 0) : NaN):(row($0)):1 with labels right \
			offset screen -across(8), 0 font fixed notitle, \
		data using (i == 5 ? of(0, 1.02*high) : NaN):(row($0) - 0.18):(sprintf('%.0f', $2)) \
			with labels right offset screen across(96), 0 font fixed textcolor '#606060' notitle, \
		data using (i == 5 ? of(1, 1.02*high) : NaN):(row($0) + 0.2):(sprintf('%.0f', $2)) \
			with labels right offset screen across(96), 0 font fixed textcolor '#0072b2' notitle
	unset label 1
	unset label 2
	unset label 3
	unset label 4
	unset label 5
	unset key
}
unset multiplot
unset output
