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
	scatter: raw.scatter,
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
function expand(column, n) {
	return Array.isArray(column) ? column : Array(n).fill(column);
}

// Farther than so many times the scatter from its level, a night is off it.
const OFF = 5;

// A series' levels: [{begin, end, value}], in points.
function levelsOf(s, values) {
	const begins = [0, ...s.changes.map(c => c.at)];
	const sorted = s.changes.length ? [] : [...values].sort((a, b) => a - b);
	return begins.map((begin, k) => ({
		begin, end: begins[k + 1] ?? values.length,
		value: k ? s.changes[k - 1].after.value : s.changes.length ?
			s.changes[0].before.value : sorted[sorted.length >> 1],
	}));
}

function unpack(s) {
	const raw = s.raw, n = raw.points;
	const [gaps, value, lo, hi, levels, launches, unverified] = [raw.gaps,
		raw.value, raw.lo, raw.hi, raw.level, raw.launches,
		raw.unverified].map(column => expand(column, n));
	let place = raw.first;
	// There is no gap before the first point.
	const shift = Array.isArray(raw.gaps) ? 1 : 0;
	s.points = value.map((v, i) => {
		place += i ? gaps[i - shift] : 0;
		return {
			night: s.host.nights[place], value: v, lo: lo[i], hi: hi[i],
			level: levels[i], launches: launches[i],
			unverified: !!unverified[i], series: s, index: i,
		};
	});
	s.levels = levelsOf(s, value);
	for (const l of s.levels)
		for (let i = l.begin; i < l.end; i++)
			s.points[i].off = !s.exact && s.scatter > 0 &&
				Math.abs(value[i] - l.value) > OFF * s.scatter;
	for (let i = n - s.pending; i < n; i++)
		s.points[i].pending = true;
	for (const c of s.changes)
		s.points[c.at].change = c;
	delete s.raw.value, delete s.raw.lo, delete s.raw.hi;
	return s.points;
}

const pointsOf = s => s.points || unpack(s);
const nightAfter = sight => pointsOf(sight.series)[sight.change.at].night;
const nightBefore = sight => pointsOf(sight.series)[sight.change.at - 1].night;

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
