// SPDX-License-Identifier: GPL-2.0-or-later
// The data of the page, by harness/trend-json.h, in the shape that the rest
// wants. Series are unpacked when they are first looked at.
'use strict';

performance.mark('begin');
const trend = JSON.parse(byId('data').textContent);
const hosts = trend.hosts;
hosts.forEach(h => { h.nights = []; });

const nights = trend.nights.time.map((time, i) => {
	const column = name => trend.nights[name][i];
	const night = {
		index: i, time, host: hosts[column('host')], run: column('run'),
		kernel: column('kernel'), version: column('version'),
		commit: column('commit'), tool: column('tool'),
	};
	night.place = night.host.nights.push(night) - 1;
	return night;
});

const nightOfRun = new Map(nights.map(n => [n.run, n]));
const newest = nights.length ? nights[nights.length - 1].time : 0;

const benchName = s => s.variant ? `${s.bench}[${s.variant}]` : s.bench;

const allSeries = trend.series.map((raw, i) => ({
	index: i,
	raw,
	host: hosts[raw.host],
	family: raw.bench.split('/')[0],
	metric: raw.metric,
	exact: raw.exact,
	bench: benchName(raw),
	// As harness/trend.h's trend_series_name().
	name: benchName(raw) + (raw.metric === 'latency' ? '' : ` ${raw.metric}`),
	pending: raw.pending,
	changes: raw.changes.map(c => ({
		...c, before: estimate(c.before), after: estimate(c.after),
		shift: estimate(c.shift), percent: estimate(c.percent),
	})),
}));

const events = trend.events.map(e => ({
	time: e.time,
	hosts: e.hosts,
	sightings: e.sightings.map(([series, change]) => ({
		series: allSeries[series],
		change: allSeries[series].changes[change],
	})),
})).reverse();

// A column is an array, or one value for all.
const columnAt = (column, i) => Array.isArray(column) ? column[i] : column;

// There is no gap before the first point.
const gapAt = (s, i) => i ? columnAt(s.raw.gaps, i - 1) : 0;

function nightAt(s, i) {
	let place = s.raw.first;
	for (let k = 1; k <= i; k++)
		place += gapAt(s, k);
	return s.host.nights[place];
}

function makePoint(s, i, night) {
	const raw = s.raw;
	return {
		series: s, index: i, night, value: columnAt(raw.value, i),
		lo: columnAt(raw.lo, i), hi: columnAt(raw.hi, i),
		level: columnAt(raw.level, i), launches: columnAt(raw.launches, i),
		unverified: !!columnAt(raw.unverified, i),
	};
}

// Farther than so many times the scatter from its level, a night is off it.
const OFF = 5;

// The medians between changes: [{begin, end, value}], in points.
function levelsOf(s, values) {
	const begins = [0, ...s.changes.map(c => c.at)];
	return begins.map((begin, k) => {
		const end = begins[k + 1] ?? values.length;
		const sorted = values.slice(begin, end).sort((a, b) => a - b);
		return {begin, end, value: (sorted[(end - begin - 1) >> 1] +
			sorted[(end - begin) >> 1]) / 2};
	});
}

// The point of a night, if it has one, without unpacking the others.
function pointIn(s, night) {
	let place = s.raw.first, i = 0;
	while (place < night.place && i + 1 < s.raw.points)
		place += gapAt(s, ++i);
	return s.raw.points && place === night.place ? makePoint(s, i, night) : null;
}

// The robust standard deviation of nights about their levels.
function scatterOf(s) {
	if (s.scatter === undefined) {
		const off = s.levels.flatMap(l => s.points.slice(l.begin, l.end)
			.map(p => Math.abs(p.value - l.value))).sort((a, b) => a - b);
		s.scatter = off.length ? 1.4826 * off[off.length >> 1] : 0;
	}
	return s.scatter;
}

function unpack(s) {
	const n = s.raw.points;
	let place = s.raw.first;
	s.points = [];
	for (let i = 0; i < n; i++) {
		place += gapAt(s, i);
		s.points.push(makePoint(s, i, s.host.nights[place]));
	}
	s.levels = levelsOf(s, s.points.map(p => p.value));
	for (const l of s.levels)
		for (const p of s.points.slice(l.begin, l.end))
			p.off = !s.exact && scatterOf(s) > 0 &&
				Math.abs(p.value - l.value) > OFF * scatterOf(s);
	for (const p of s.points.slice(n - s.pending))
		p.pending = true;
	for (const c of s.changes)
		s.points[c.at].change = c;
	return s.points;
}

const pointsOf = s => s.points || unpack(s);
const nightAfter = sight => nightAt(sight.series, sight.change.at);
const nightBefore = sight => nightAt(sight.series, sight.change.at - 1);

// Series of one name, of all hosts, are one benchmark: numbered as they come.
const rankOf = new Map();
for (const s of allSeries)
	if (!rankOf.has(s.name))
		rankOf.set(s.name, rankOf.size);

// What a number is in. Where a run repeats to the tick, a tick is an
// instruction.
function unitOf(s, brief) {
	if (s.raw.unit === 'tsc' && s.exact)
		return brief ? 'instr.' : 'instructions';
	if (s.raw.unit === 'tsc')
		return brief ? 'ticks' : 'TSC ticks';
	if (s.raw.unit === 'per_op')
		return brief ? '/op' : `${s.metric} per op`;
	return s.raw.unit;
}

// The release without what names a commit: "6.12.0-rc3".
const kernelBase = release =>
	/^\d+\.\d+(\.\d+)?(-rc\d+)?/.exec(release)?.[0] ?? release;

const whatCommit = night => night.commit || 'not known';
