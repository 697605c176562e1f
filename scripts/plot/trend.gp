# SPDX-License-Identifier: GPL-2.0-or-later
# One series of a history: a dot for each night, its levels, where they change,
# and which kernels were measured. By hand:
#
#   gnuplot -e "data='trend.csv'; output='trend.svg'" scripts/plot/trend.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run, unit.
# Columns of `data`:
#
#   kind,time,value,lo,hi,label
#
# kind is night (value and its 95 % interval), level (two lines for each, its
# begin and its end), change (the new level, with its size as label), or kernel
# (its first night, with its release as label; they stand below, behind two
# empty lines and the names of the columns once more). time is in seconds since 1970.

reset
if (!exists('heading')) heading = 'trend'
if (!exists('run'))     run = ''
if (!exists('unit'))    unit = 'TSC ticks'

set encoding utf8
set datafile separator comma
set datafile columnheaders
of(kind, x) = strcol(1) eq kind ? x : NaN

# --- what is in the data -----------------------------------------------------
stats data using (of('night', $2)) nooutput
first = STATS_min
last = STATS_max > first ? STATS_max : first + 86400
stats data using (of('night', $3)) nooutput
low = STATS_min
high = STATS_max
margin = high > low ? 0.08*(high - low) : (high != 0 ? 0.02*abs(high) : 1)
slack = 0.02*(last - first)

# --- layout, in pixels -------------------------------------------------------
width = 1100
height = 560
top = 104
bottom = 190
across(pixels) = 1.0*pixels/width
up(pixels) = 1.0*pixels/height

png = output[strlen(output) - 3:*] eq '.png'
points = png ? 0.75 : 1    # of a pixel
big = sprintf('sans-serif,%g', 17*points)
text = sprintf('sans-serif,%g', 12*points)
small = sprintf('sans-serif,%g', 11*points)
if (png) {
	set terminal pngcairo noenhanced size width, height font text
} else {
	set terminal svg noenhanced size width, height font text background 'white'
}
set output output
set lmargin at screen across(110)
set rmargin at screen 1 - across(30)
set tmargin at screen 1 - up(top)
set bmargin at screen up(bottom)

# --- axes: kernels below, dates above ----------------------------------------
set border 15 linecolor '#808080'
set xrange [first - slack:last + slack]
set x2range [first - slack:last + slack]
set yrange [low - margin:high + margin]
set xtics () nomirror out scale 0.5 rotate by 60 right font small
set x2data time
set format x2 '%Y-%m-%d'
set x2tics nomirror out scale 0.5 font small
set ytics nomirror out scale 0.5 font small
set format y '%.6g'
set ylabel unit.' (lower is better)'
set grid ytics linetype 1 linecolor '#d8d8d8' linewidth 0.5 back

# --- texts -------------------------------------------------------------------
set label heading at screen across(16), 1 - up(22) font big
set label run at screen across(16), 1 - up(46) font text textcolor '#404040'
set key at screen across(16), screen 1 - up(62) left top horizontal Left reverse \
	samplen 2 width 1 font small

# --- the picture -------------------------------------------------------------
plot data index 1 using 2:(low):xticlabels(6) with points \
		pointtype -1 notitle, \
	data index 0 using (of('night', $2)):3:4:5 with yerrorbars \
		pointtype 7 pointsize 0.4 linecolor '#0072b2' title 'a night, 95 % of its launches', \
	data index 0 using (of('level', $2)):3 with lines \
		linewidth 2 linecolor '#808080' title 'level', \
	data index 0 using (of('change', $2)):(low - margin):(0):(high - low + 2*margin) \
		with vectors nohead dashtype 2 linewidth 1.5 linecolor '#d55e00' title 'change', \
	data index 0 using (of('change', $2)):(high + 0.5*margin):6 with labels right \
		offset -0.5, 0 font small textcolor '#d55e00' notitle
unset output
