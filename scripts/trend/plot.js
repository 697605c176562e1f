// SPDX-License-Identifier: GPL-2.0-or-later
// Pictures of a series: the sparkline of a table, and the plot.
'use strict';

// Values and intervals, without letting few disturbed nights or wide intervals
// set the scale; what lies beyond is drawn at the border.
function scaleOf(points, levels) {
	const plain = points.filter(p => !p.off || p.pending);
	const used = plain.length ? plain : points;
	const halves = used.map(half).sort((a, b) => a - b);
	const room = 1.5 * (halves[halves.length >> 1] || 0);
	const values = [...used.map(p => p.value), ...levels];
	let lo = Math.min(...values) - room, hi = Math.max(...values) + room;
	const span = hi - lo;
	for (const p of points)
		if (p.off && p.value > lo - span && p.value < hi + span) {
			lo = Math.min(lo, p.value);
			hi = Math.max(hi, p.value);
		}
	if (!(hi - lo > 1e-9 * Math.abs(hi))) {
		const pad = Math.abs(hi) * 0.01 || 1;
		return [lo - pad, hi + pad];
	}
	return [lo - 0.05 * (hi - lo), hi + 0.05 * (hi - lo)];
}

// Runs of points without a missing night between: [[point, ...], ...]
function runsOf(points) {
	const runs = [];
	let last = null;
	for (const p of points) {
		if (!last || p.night.place !== last.night.place + 1)
			runs.push([]);
		runs[runs.length - 1].push(p);
		last = p;
	}
	return runs;
}

const at = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

const line = (run, x, y) => run.map((p, i) =>
	`${i ? 'L' : 'M'}${at(x(p), y(p))}`).join('') + (run.length === 1 ? 'h.1' : '');

const kindOf = c => (c.percent.value ?? c.shift.value) > 0 ? 'worse' : 'better';

const SPARK_WIDTH = 150, SPARK_HEIGHT = 26;

function sparkline(points) {
	const [lo, hi] = scaleOf(points, []);
	const begin = points[0].night.time;
	const span = points[points.length - 1].night.time - begin || 1;
	const x = p => 2 + (SPARK_WIDTH - 5) * (p.night.time - begin) / span;
	const y = p => 2 + (SPARK_HEIGHT - 4) *
		(1 - Math.min(1, Math.max(0, (p.value - lo) / (hi - lo))));
	const end = points[points.length - 1];
	return svg('svg', {class: 'spark', width: SPARK_WIDTH, height: SPARK_HEIGHT,
		viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`, 'aria-hidden': 'true'},
	points.filter(p => p.change).map(p => svg('path', {
		class: `mark ${kindOf(p.change)}`,
		d: `M${x(p).toFixed(1)} 0V${SPARK_HEIGHT}`})),
	svg('path', {class: 'line',
		d: runsOf(points).map(run => line(run, x, y)).join('')}),
	svg('circle', {class: 'end', cx: x(end).toFixed(1), cy: y(end).toFixed(1), r: 2}));
}

// Round numbers between lo and hi, about n of them.
function ticksOf(lo, hi, n) {
	const rough = (hi - lo) / n;
	const unit = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map(m => m * unit).find(s => s >= rough);
	const ticks = [];
	for (let k = Math.ceil(lo / step); k * step <= hi; k++)
		ticks.push(k * step);
	return {ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9))};
}

const DAY = 86400;

// Dates at round distances: [seconds, ...]
function datesOf(begin, end, most) {
	const steps = [1, 2, 7, 14, 30.4375, 61, 91.3125, 182.625, 365.25, 730.5];
	const days = (end - begin) / DAY;
	const step = (steps.find(s => days / s <= most) ?? days / most) * DAY;
	const dates = [];
	for (let t = Math.ceil(begin / step) * step; t <= end; t += step)
		dates.push(t);
	return dates;
}

const LEFT = 12, RIGHT = 14, TOP = 24, BOTTOM = 52, GLYPH = 6.2;

// What a plot's parts share: sizes, scales and points.
function frameOf(s, points, domain, width) {
	const height = width < 500 ? 250 : 300;
	const shown = levelsShown(s, points);
	let [lo, hi] = scaleOf(points, shown.map(l => l.value));
	if (state.zero)
		lo = Math.min(0, lo), hi = Math.max(0, hi);
	const {ticks, digits} = ticksOf(lo, hi, 5);
	const labels = ticks.map(t => fixed(t, digits));
	const left = LEFT + GLYPH * Math.max(...labels.map(l => l.length));
	const [begin, end] = domain;
	const x = t => begin === end ? (left + width - RIGHT) / 2 :
		left + (width - RIGHT - left) * (t - begin) / (end - begin);
	const y = v => TOP + (height - TOP - BOTTOM) * (hi - v) / (hi - lo);
	return {s, points, shown, width, height, left, lo, hi, ticks, labels, x, y,
		begin, end, bottom: height - BOTTOM,
		px: p => x(p.night.time),
		py: p => Math.min(height - BOTTOM, Math.max(TOP, y(p.value)))};
}

// Levels of which nights are shown: [{value, from, to}], points.
function levelsShown(s, points) {
	return s.levels.map(l => {
		const own = points.filter(p => p.index >= l.begin && p.index < l.end);
		return own.length ? {value: l.value, from: own[0],
			to: own[own.length - 1]} : null;
	}).filter(l => l);
}

const text = (x, y, attributes, ...children) =>
	svg('text', {x: x.toFixed(1), y: y.toFixed(1), ...attributes}, ...children);

function drawValues(f) {
	return f.ticks.map((t, i) => [
		svg('path', {class: 'grid', d: `M${f.left} ${f.y(t).toFixed(1)}H${f.width - RIGHT}`}),
		text(f.left - 5, f.y(t) + 4, {'text-anchor': 'end'}, f.labels[i])]);
}

function drawDates(f) {
	return datesOf(f.begin, f.end, (f.width - f.left) / 95).map(t => [
		svg('path', {class: 'axis', d: `M${f.x(t).toFixed(1)} ${f.bottom}v4`}),
		text(Math.min(Math.max(f.x(t), f.left + 32), f.width - 36), f.bottom + 17,
			{'text-anchor': 'middle'}, day(t))]);
}

// Where the kernel's version is another; labels where there is room.
function drawKernels(f) {
	const marks = [];
	let last = null, free = 0;
	for (const n of f.s.host.nights.filter(n => n.time >= f.begin && n.time <= f.end)) {
		const base = kernelBase(n.kernel), x = f.x(n.time);
		if (base === last)
			continue;
		last = base;
		marks.push(svg('path', {class: 'kernel', d: `M${x.toFixed(1)} ${f.bottom + 22}v7`}));
		const width = base.length * GLYPH;
		const start = Math.min(x, f.width - width - 2);
		if (start < free)
			continue;
		marks.push(text(start, f.bottom + 42, {class: 'kernel'}, base));
		free = start + width + 10;
	}
	return [svg('path', {class: 'axis', d: `M${f.left} ${f.bottom + 22.5}H${f.width - RIGHT}`}),
		marks];
}

// Nights of the host without a value, at the foot.
function drawMissing(f, missing) {
	return svg('path', {class: 'missing', d: missing.map(n =>
		`M${f.x(n.time).toFixed(1)} ${f.bottom}v-7`).join('')});
}

function drawBand(f) {
	const known = f.points.filter(p => p.level > 0);
	const clip = v => Math.min(f.bottom, Math.max(TOP, f.y(v)));
	return runsOf(known).map(run => run.length === 1 ?
		svg('path', {class: 'whisker', d: `M${at(f.px(run[0]), clip(run[0].lo))}` +
			`V${clip(run[0].hi).toFixed(1)}`}) :
		svg('path', {class: 'band', d: line(run, f.px, p => clip(p.hi)) +
			[...run].reverse().map(p => `L${at(f.px(p), clip(p.lo))}`).join('') + 'Z'}));
}

const beyond = (f, p) => p.value < f.lo || p.value > f.hi;

// One path for each kind of night.
function glyphOf(f, p) {
	const x = f.px(p), y = f.py(p);
	if (beyond(f, p) && p.value > f.hi)
		return ['beyond', `M${at(x - 4, y + 6)}h8l-4 -7Z`];
	if (beyond(f, p))
		return ['beyond', `M${at(x - 4, y - 6)}h8l-4 7Z`];
	if (p.unverified)
		return ['unverified', `M${at(x - 3, y)}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z`];
	if (p.pending)
		return ['pending', `M${at(x - 3, y - 3)}h6v6h-6Z`];
	if (p.off)
		return ['off', `M${at(x - 3, y - 3)}l6 6m0 -6l-6 6`];
	return ['night', `M${at(x, y)}h0`];
}

function drawPoints(f) {
	const paths = {};
	for (const p of f.points) {
		const [kind, d] = glyphOf(f, p);
		paths[kind] = (paths[kind] || '') + d;
	}
	return [svg('path', {class: 'line',
		d: runsOf(f.points).map(run => line(run, f.px, f.py)).join('')}),
	f.shown.map(l => svg('path', {class: 'level',
		d: `M${at(f.px(l.from), f.y(l.value))}H${f.px(l.to).toFixed(1)}`})),
	Object.entries(paths).map(([kind, d]) => svg('path', {class: kind, d}))];
}

function drawChanges(f) {
	let free = 0;
	const all = pointsOf(f.s);
	return f.points.filter(p => p.change).map(p => {
		const c = p.change, kind = kindOf(c);
		const before = all[c.at - 1];
		const x = Math.max(f.left, (f.px(before) + f.px(p)) / 2);
		const from = Math.max(f.left, f.x(all[Math.max(0, c.first - 1)].night.time));
		const to = Math.min(f.width - RIGHT, f.x(all[c.last].night.time));
		const label = c.percent.value === null ? 'new' :
			`${fixed(c.percent.value, Math.min(1, plainPlaces(c.percent.value)), true)} %`;
		const right = x + 3 + label.length * GLYPH < f.width;
		const start = right ? x + 3 : x - 3 - label.length * GLYPH;
		const room = start > free;
		if (room)
			free = start + label.length * GLYPH + 4;
		return [svg('path', {class: `place ${kind}`,
			d: `M${from.toFixed(1)} ${TOP}H${to.toFixed(1)}V${f.bottom}H${from.toFixed(1)}Z`}),
		svg('path', {class: `mark ${kind}`, d: `M${x.toFixed(1)} ${TOP - 14}V${f.bottom}`}),
		room ? text(start, TOP - 6, {class: kind}, label) : null];
	});
}

function drawPlot(f, missing) {
	return svg('svg', {width: f.width, height: f.height, 'aria-hidden': 'true',
		viewBox: `0 0 ${f.width} ${f.height}`},
	drawValues(f), drawMissing(f, missing), drawBand(f), drawChanges(f),
	svg('path', {class: 'axis', d: `M${f.left} ${TOP}V${f.bottom + 0.5}H${f.width - RIGHT}`}),
	drawPoints(f), drawDates(f), drawKernels(f),
	svg('g', {class: 'cursor'},
		svg('path', {class: 'hair', d: `M0 ${TOP}V${f.bottom}`}),
		svg('circle', {r: 5})));
}

const LEGEND = {
	band: 'interval of the night\'s launches: 95 %, or of fewer than 6 their range',
	level: 'level: median of the nights between changes',
	change: 'change, and the interval of its place',
	unverified: 'unverified: the event is not proven',
	pending: 'newest nights off the level: not yet told',
	off: `disturbed: off the level by more than ${OFF} times the nights' scatter`,
	beyond: 'beyond the scale',
	missing: 'night without a value',
};

// The kinds that occur: legends of what is not there only cost time.
function legendOf(f, missing) {
	const kinds = new Set(f.points.map(p => glyphOf(f, p)[0]));
	kinds.add('level');
	if (f.points.some(p => p.level > 0 && half(p) > 0))
		kinds.add('band');
	if (f.points.some(p => p.change))
		kinds.add('change');
	if (missing.length)
		kinds.add('missing');
	return Object.keys(LEGEND).filter(k => kinds.has(k)).map(k =>
		el('li', {}, svg('svg', {class: 'key', width: 18, height: 12,
			viewBox: '0 0 18 12', 'aria-hidden': 'true'}, keyGlyph(k)), LEGEND[k]));
}

function keyGlyph(kind) {
	const shapes = {
		band: 'M0 1H18V11H0Z', level: 'M0 6H18', missing: 'M9 2v7',
		unverified: 'M6 6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z',
		pending: 'M6 3h6v6h-6Z', off: 'M6 3l6 6m0 -6l-6 6',
		beyond: 'M5 9h8l-4 -7Z',
	};
	if (kind !== 'change')
		return svg('path', {class: kind, d: shapes[kind]});
	return [svg('path', {class: 'place worse', d: 'M3 0H15V12H3Z'}),
		svg('path', {class: 'mark worse', d: 'M9 0V12'})];
}
