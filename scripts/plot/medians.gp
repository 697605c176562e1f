# SPDX-License-Identifier: GPL-2.0-or-later
# The latency medians of a run, one row for each variant. By hand:
#
#   gnuplot -e "data='medians.csv'; output='medians.svg'" scripts/plot/medians.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run,
# left_out, overhead; and the length of the longest name: longest. Columns of
# `data`, in TSC ticks from p25 on:
#
#   name,group,status,launches,p25,p50,p75,p99,low,high
#
# group numbers the benchmarks, status is ok or unverified, the percentiles are
# medians over the launches, low and high the extremes of the launch medians.

reset
if (!exists('heading'))  heading = 'medians'
if (!exists('run'))      run = ''
if (!exists('left_out')) left_out = ''
if (!exists('overhead')) overhead = ''
if (!exists('longest'))  longest = 60    # characters of a name

set encoding utf8
set datafile separator comma
set datafile columnheaders
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
round125(x) = x <= 1 ? 1 : x <= 2 ? 2 : x <= 5 ? 5 : 10
mark(x) = x < 1 ? sprintf('%g', x) : gprintf('%.0s%c', x)
step(x) = most(1, round125(x/10.0**floor(log10(x)))*10.0**floor(log10(x)))

# --- what is in the data -----------------------------------------------------
stats data using (least($5, $9)) nooutput
rows = int(STATS_records)
low = most(STATS_min, 0.01)    # one op of many can take less than a tick
stats data using (most($8, $10)) nooutput
high = most(STATS_max, low)

# --- layout, in pixels -------------------------------------------------------
row_height = 18
left = 24 + 7.3*longest
right = 170
top = rows < 40 ? 116 : 136    # the latter has an axis above as well
bottom = 100
width = left + 640 + right
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
set border 3 linecolor '#808080'
set tics nomirror out scale 0.5
set xtics font small
set x2tics font small
if (high > 3*low) {
	low = low/1.1
	high = high*1.1
	decades = log10(high/low)
	set logscale x
	set logscale x2
	set xtics ()
	set x2tics ()
	do for [power = -2:18] {
		do for [digit in '1 2 5'] {
			x = digit*10.0**power
			if (x >= low && x <= high && (digit == 1 || decades < 4)) {
				set xtics add (mark(x) x)
				set x2tics add (mark(x) x)
			}
		}
	}
} else {
	# So near that a logarithmic axis would look linear, but lack marks.
	margin = most(0.05*(high - low), 2)
	low = most(low - margin, 0)
	high = high + margin
	set xtics step((high - low)/6.0)
	set x2tics step((high - low)/6.0)
	set format x '%.0f'
	set format x2 '%.0f'
}
set xrange [low:high]
set x2range [low:high]
set yrange [rows - 0.5:-0.5]
unset ytics
set grid xtics linetype 1 linecolor '#d8d8d8' linewidth 0.5 back
if (rows < 40) { unset x2tics }

# --- texts -------------------------------------------------------------------
set label heading at screen across(16), 1 - up(22) font big
set label run at screen across(16), 1 - up(46) font text textcolor '#404040'
set label 'median' at graph 1, screen 1 - up(top - 8) right offset screen across(76), 0 \
	font small
set label 'p99' at graph 1, screen 1 - up(top - 8) right offset screen across(152), 0 \
	font small textcolor '#606060'
set label 'TSC ticks per operation (lower is better)' \
	at graph 0.5, screen up(bottom - 42) center
set label left_out at screen across(16), screen up(30) font small \
	textcolor '#404040'
set label overhead at screen across(16), screen up(14) font small \
	textcolor '#404040'
set key at screen across(16), screen 1 - up(62) left top horizontal Left reverse \
	samplen 2 width 1 font small

# --- the picture -------------------------------------------------------------
verified(y) = strcol(3) eq 'ok' ? y : NaN
unverified(y) = strcol(3) eq 'unverified' ? y : NaN
inside(x) = most(x, low)
ticks(x) = sprintf(x < 10 && x != floor(x) ? '%.2f' : '%.0f', x)
plot data using (int($2) % 2 ? low : NaN):0:(low):(high):($0 - 0.5):($0 + 0.5) \
		with boxxy fillstyle transparent solid 0.05 noborder fillcolor 'black' notitle, \
	data using (inside($7)):0:(inside($7)):(inside($8)) with xerrorbars \
		pointtype -1 linecolor '#808080' title 'to p99', \
	data using (inside($5)):0:(inside($5)):(inside($7)):($0 - 0.25):($0 + 0.25) \
		with boxxy fillstyle solid noborder fillcolor '#a6cee3' title 'p25 to p75', \
	data using (inside($9)):0:(inside($10) - inside($9)):(0) with vectors nohead \
		linewidth 2.5 linecolor 'black' title 'medians of the launches', \
	data using (inside($6)):(verified($0)) with points \
		pointtype 7 pointsize 0.6 linecolor '#0072b2' title 'median', \
	data using (inside($6)):(unverified($0)) with points \
		pointtype 7 pointsize 0.6 linecolor 'white' notitle, \
	data using (inside($6)):(unverified($0)) with points \
		pointtype 6 pointsize 0.6 linewidth 1.5 linecolor '#d55e00' title 'median, unverified', \
	data using (low):0:1 with labels right \
		offset screen -across(8), 0 font fixed notitle, \
	data using (high):0:(ticks($6)) with labels right \
		offset screen across(76), 0 font fixed notitle, \
	data using (high):0:(ticks($8)) with labels right \
		offset screen across(152), 0 font fixed textcolor '#606060' notitle
unset output
