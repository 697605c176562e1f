# SPDX-License-Identifier: GPL-2.0-or-later
# How much each row of a comparison shifted: a dot and its 95 % interval for
# each variant, in percent of the base's median. By hand:
#
#   gnuplot -e "data='pair-shifts.csv'; output='pair-shifts.svg'" \
#           scripts/plot/shifts.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run,
# run_new, left_out, overhead; and the length of the longest name: longest.
# Columns of `data`:
#
#   name,group,verdict,percent,lo,hi,base,new
#
# group numbers the benchmarks; verdict is higher, lower or same (no difference
# shown); lo and hi are NaN where there is no interval at 95 %; base and new are
# the medians as texts, in TSC ticks. The axis is linear up to 1 % and logarithmic
# beyond.

reset
if (!exists('heading'))  heading = 'shifts'
if (!exists('run'))      run = ''
if (!exists('run_new'))  run_new = ''
if (!exists('left_out')) left_out = ''
if (!exists('overhead')) overhead = ''
if (!exists('longest'))  longest = 60    # characters of a name

set encoding utf8
set datafile separator comma
set datafile columnheaders
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
bend(x) = asinh(x)
# An end of an interval, or the dot where that is not known.
known(i) = strcol(i) eq 'NaN' ? column(4) : column(i)

# --- what is in the data -----------------------------------------------------
# Every dot is inside; an interval that is far longer ends at the edge.
stats data using (abs($4)) nooutput
rows = int(STATS_records)
limit = most(1.5*STATS_max, 1)
stats data using (most(abs(known(5)), abs(known(6)))) nooutput
limit = least(most(limit, 1.1*STATS_median), 1.1*most(STATS_max, 0.5))
stats data using (abs($4)) nooutput
limit = most(limit, 1.1*STATS_max)

# --- layout, in pixels -------------------------------------------------------
row_height = 18
left = 24 + 7.3*longest
right = 266
top = rows < 40 ? 136 : 156    # the latter has an axis above as well
bottom = 100
width = left + 560 + right
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
set lmargin at screen across(left)
set rmargin at screen 1 - across(right)
set tmargin at screen 1 - up(top)
set bmargin at screen up(bottom)

# --- axes --------------------------------------------------------------------
set border 1 linecolor '#808080'
set tics nomirror out scale 0.5
set xtics () font small
set x2tics () font small
marks = limit > 200 ? '1 10 100 1000 10000 100000' : limit > 30 ? '1 3 10 30 100' \
	: limit > 2 ? '0.5 1 2 5 10 20' : '0.2 0.5 1 2'
set xtics add ('0' 0)
set x2tics add ('0' 0)
do for [mark in marks] {
	if (mark <= limit) {
		set xtics add ('+'.mark.' %%' bend(mark + 0), '-'.mark.' %%' bend(-mark))
		set x2tics add ('+'.mark.' %%' bend(mark + 0), '-'.mark.' %%' bend(-mark))
	}
}
set xrange [bend(-limit):bend(limit)]
set x2range [bend(-limit):bend(limit)]
set yrange [rows - 0.5:-0.5]
unset ytics
set grid xtics linetype 1 linecolor '#d8d8d8' linewidth 0.5 back
if (rows < 40) { unset x2tics }
set arrow from 0, graph 0 to 0, graph 1 nohead linecolor '#606060' linewidth 1 back

# --- texts -------------------------------------------------------------------
set label heading at screen across(16), 1 - up(22) font big
set label run at screen across(16), 1 - up(46) font text textcolor '#404040'
set label run_new at screen across(16), 1 - up(64) font text textcolor '#404040'
do for [i = 1:3] {
	set label word('base new shift', i) at graph 1, screen 1 - up(top - 8) right \
		offset screen across(84*i), 0 font small
}
set label 'change of the median, percent of base (lower is better)' \
	at graph 0.5, screen up(bottom - 42) center
set label left_out at screen across(16), screen up(30) font small \
	textcolor '#404040'
set label overhead at screen across(16), screen up(14) font small \
	textcolor '#404040'
set key at screen across(16), screen 1 - up(80) left top horizontal Left reverse \
	samplen 2 width 1 font small

# --- the picture -------------------------------------------------------------
inside(x) = x > limit ? limit : x < -limit ? -limit : x
is(verdict, y) = strcol(3) eq verdict ? y : NaN
shift(x) = strcol(3) eq 'same' ? '~' : sprintf(abs(x) < 9.95 ? '%+.1f %%' : '%+.0f %%', x)
end = bend(limit)
plot data using (int($2) % 2 ? -end : NaN):0:(-end):(end):($0 - 0.5):($0 + 0.5) \
		with boxxy fillstyle transparent solid 0.05 noborder fillcolor 'black' notitle, \
	data using (bend(inside(known(5)))):0:(bend(inside(known(6))) - bend(inside(known(5)))):(0) \
		with vectors nohead linewidth 1.5 linecolor '#909090' title '95 % interval', \
	data using (bend($4)):(is('same', $0)) with points \
		pointtype 7 pointsize 0.6 linecolor '#909090' title 'no difference shown', \
	data using (bend($4)):(is('higher', $0)) with points \
		pointtype 9 pointsize 0.9 linecolor '#d55e00' title 'slower', \
	data using (bend($4)):(is('lower', $0)) with points \
		pointtype 11 pointsize 0.9 linecolor '#0072b2' title 'faster', \
	data using (-end):0:1 with labels right \
		offset screen -across(8), 0 font fixed notitle, \
	data using (end):0:7 with labels right \
		offset screen across(84), 0 font fixed notitle, \
	data using (end):0:8 with labels right \
		offset screen across(168), 0 font fixed notitle, \
	data using (end):0:(shift($4)) with labels right \
		offset screen across(252), 0 font fixed notitle
unset output
