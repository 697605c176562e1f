# SPDX-License-Identifier: GPL-2.0-or-later
# The distribution of the latencies of one benchmark, one curve for each of its
# variants: on the left the share of operations that took at most so long, on
# the right the share of the slowest that took longer. By hand:
#
#   gnuplot -e "data='exit-cpuid.csv'; output='exit-cpuid.svg'" \
#           scripts/plot/distribution.gp
#
# The suffix of `output` chooses SVG or PNG. Optional texts: heading, run, run_new,
# overhead; the length of the longest name: longest; and sides=2 when each
# variant has two curves, the base dashed. `data` has a block for each curve,
# two empty lines apart, with the columns
#
#   name,ticks,below,share
#
# TSC ticks, how many samples took fewer, and their share of all, 0 to 1.

reset
if (!exists('heading'))  heading = data
if (!exists('run'))      run = ''
if (!exists('run_new'))  run_new = ''
if (!exists('sides'))    sides = 1
if (!exists('overhead')) overhead = ''
if (!exists('longest'))  longest = 60    # characters of a name

set encoding utf8
set datafile separator comma
unset datafile columnheaders    # reset does not
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
round125(x) = x <= 1 ? 1 : x <= 2 ? 2 : x <= 5 ? 5 : 10
mark(x) = x < 1 ? sprintf('%g', x) : gprintf('%.0s%c', x)
step(x) = most(1, round125(x/10.0**floor(log10(x)))*10.0**floor(log10(x)))

# --- what is in the data -----------------------------------------------------
# The left panel ends where every curve has reached 95 %, so that a rare event
# does not squeeze it; the right one starts where the first reaches 90 %.
stats data using ($4 > 0.001 ? $2 : NaN) nooutput
curves = STATS_blocks
low = STATS_min
slowest = STATS_max
stats data using ($4 <= 0.95 ? $2 : NaN) nooutput
high = most(STATS_max, low)
low = least(STATS_min, low)
stats data using ($4 >= 0.9 ? $2 : NaN) nooutput
slow = STATS_min/1.01    # a bucket is so wide
stats data using ($4 < 1 ? 1 - $4 : NaN) nooutput
rarest = least(STATS_min, 0.001)/2

# --- layout, in pixels -------------------------------------------------------
row_height = 18
panel = 380
gap = 84
left = 70
top = 104
bottom = 92
key = left + 2*panel + 2*gap - 50
width = key + 50 + 7.3*longest + 16
height = top + most(340, row_height*curves) + bottom
across(pixels) = 1.0*pixels/width
up(pixels) = 1.0*pixels/height

png = output[strlen(output) - 3:*] eq '.png'
points = png ? 0.75 : 1    # of a pixel
big = sprintf('sans-serif,%g', 17*points)
text = sprintf('sans-serif,%g', 12*points)
small = sprintf('sans-serif,%g', 11*points)
fixed = sprintf('monospace,%g', 12*points)
if (png) {
	set terminal pngcairo noenhanced dashlength 0.6 size width, height font text
} else {
	set terminal svg noenhanced dashlength 0.6 size width, height font text background 'white'
}
set output output

# Okabe and Ito's colours, told apart by the colour blind; grey for the yellow.
array colours[8] = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', \
	'#56b4e9', '#e69f00', '#000000', '#808080']
array dashes[5] = ['solid', '-', '.', '-.', '-..']
pair = sides + 0 == 2
colour(i) = colours[(pair ? i/2 : i) % 8 + 1]
dash(i) = pair ? 2 - i % 2 : i/8 % 5 + 1

set multiplot
set tmargin at screen 1 - up(top)
set bmargin at screen up(bottom)
unset key
set clip two    # else a fall through the whole panel would be left out
set border 3 linecolor '#808080'
set tics nomirror out scale 0.5
set grid xtics ytics linetype 1 linecolor '#d8d8d8' linewidth 0.5 back
set xtics font small
set ytics font small

do for [side = 0:1] {
	set lmargin at screen across(left + side*(panel + gap))
	set rmargin at screen across(left + side*(panel + gap) + panel)
	from = side ? slow : low
	to = side ? slowest : high

	# --- axis of ticks: linear within a decade, else logarithmic ---------
	unset logscale
	margin = most(0.04*(to - from), 2)
	set xtics step((to - from + 2*margin)/6.0)
	set format x '%.0f'
	if (to > 10*most(from, 0.01) && to > 10) {
		from = most(from, 0.01)/1.1
		to = to*1.1
		margin = 0
		set logscale x
		set xtics ()
		do for [power = -2:18] {
			do for [digit in '1 2 5'] {
				x = digit*10.0**power
				if (x >= from && x <= to && (digit == 1 || to < 2000*from)) {
					set xtics add (mark(x) x)
				}
			}
		}
	}
	set xrange [most(from - margin, 0):to + margin]
	set xlabel 'TSC ticks per operation (lower is better)'

	# --- axis of shares ---------------------------------------------------
	if (side == 0) {
		set yrange [0:100]
		set ytics 25
		set format y '%g %%'
		set label 1 'all operations: share done within so many ticks' at graph 0, 1 offset 0, 0.8
		set label 2 heading at screen across(16), 1 - up(22) font big
		set label 3 run at screen across(16), 1 - up(46) textcolor '#404040'
		set label 5 run_new at screen across(16), 1 - up(64) textcolor '#404040'
		set label 4 overhead at screen across(16), up(16) font small textcolor '#404040'
		plot for [i = 0:curves - 1] data index i using 2:(100*$4) with lines \
			linewidth 1.5 dashtype dash(i) linecolor rgb colour(i)
	} else {
		unset label 2
		unset label 3
		unset label 4
		unset label 5
		set logscale y
		set yrange [100*rarest:10]
		set ytics 10
		set format y '%g %%'
		set label 1 'slowest 10 %: share that takes longer' at graph 0, 1 offset 0, 0.8
		plot for [i = 0:curves - 1] data index i \
			using 2:(100*most(1 - $4, rarest/10)) with lines \
			linewidth 1.5 dashtype dash(i) linecolor rgb colour(i)
	}
}

# --- key: gnuplot's own cuts names at a comma ---------------------------------
set lmargin at screen across(key)
set rmargin at screen 1
unset logscale
unset border
unset tics
unset grid
unset xlabel
unset label
rows = (height - top - bottom)/row_height
set xrange [0:width - key]
set yrange [rows - 0.5:-0.5]
do for [i = 0:curves - 1] {
	set arrow from 0, i to 34, i nohead linewidth 2 dashtype dash(i) linecolor rgb colour(i)
}
plot for [i = 0:curves - 1] data index i every ::1::1 using (42):(i):1 \
	with labels left font fixed
unset multiplot
unset output
