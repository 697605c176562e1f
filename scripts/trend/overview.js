// SPDX-License-Identifier: GPL-2.0-or-later
// What changed, the newest first, and then all benchmarks.
'use strict';

// "all 3", "lab1 only", "2 of 3".
function hostsText(e) {
	const seen = e.sightings.length;
	if (e.hosts > 1 && seen === e.hosts)
		return `all ${e.hosts} hosts`;
	if (e.hosts > 1 && seen === 1)
		return `${e.sightings[0].series.host.name} only, of ${e.hosts}`;
	if (seen === 1)
		return e.sightings[0].series.host.name;
	return `${seen} of ${e.hosts} hosts`;
}

// Events of one night and the same two kernels are one block.
function blocksOf(list) {
	const blocks = new Map();
	for (const e of list) {
		const after = nightAfter(e.sightings[0]);
		const before = nightBefore(e.sightings[0]);
		const key = [day(after.time), before.kernel, after.kernel].join('\n');
		if (!blocks.has(key))
			blocks.set(key, {after, before, events: []});
		blocks.get(key).events.push(e);
	}
	return [...blocks.values()];
}

function countText(list) {
	const worse = list.filter(e => size(e.sightings[0].change) > 0).length;
	return [many(list.length, 'change'), worse ? `${worse} worse` : '',
		list.length > worse ? `${list.length - worse} better` : '']
		.filter(t => t).join(', ');
}

const kernelText = night => el('span', {class: 'kernel'}, night.kernel || 'unknown');

function blockHead(b) {
	return row(el('th', {role: 'rowheader', scope: 'rowgroup', colspan: '3', class: 'block'},
		el('time', {datetime: day(b.after.time)}, day(b.after.time)), ' ',
		el('span', {class: 'kernels'}, kernelText(b.before), ' → ', kernelText(b.after)), ' ',
		el('span', {class: 'dim'}, countText(b.events))));
}

// How a host's sighting differs from the first one: the host, and its night.
function whereText(e, sight) {
	if (e.sightings.length === 1)
		return null;
	const first = nightAfter(e.sightings[0]), own = nightAfter(sight);
	const other = day(own.time) !== day(first.time) || own.kernel !== first.kernel;
	return el('span', {class: 'dim'}, ` ${sight.series.host.name}`,
		other ? `, ${day(own.time)} ${own.kernel}` : '');
}

function eventRow(e) {
	const s = e.sightings[0].series;
	return row(
		rowHead('name', el('a', {href: toSeries(s)}, s.name)),
		cell('change', '', e.sightings.map(g => el('div', {class: 'sighting'},
			changeOf(g.change, g.series), el('span', {},
				levelsText(g.change, g.series), whereText(e, g))))),
		cell('hosts', '', hostsText(e)));
}

const CHANGE_COLUMNS = ['Benchmark', 'Change, 95 % CI, from → to', 'Hosts']
	.map(title => ({title}));

// A sighting is shown when either kernel passes and it is of the period.
function eventsShown(f) {
	return events.map(e => ({...e, sightings: e.sightings.filter(g =>
		f.series(g.series) && f.night(nightAfter(g)))}))
		.filter(e => e.sightings.length);
}

// The greatest change of a night first.
const bySize = (a, b) => Math.abs(size(b.sightings[0].change)) -
	Math.abs(size(a.sightings[0].change)) ||
	a.sightings[0].series.index - b.sightings[0].series.index;

// A block's first rows, and a button for the others: the next block is news, too.
const BLOCK = 8;

function blockRows(b) {
	const list = b.events.sort(bySize);
	const few = list.length > BLOCK + 1 ? list.slice(0, BLOCK) : list;
	return [() => blockHead(b), ...few.map(e => () => eventRow(e)),
		...(few === list ? [] : [() => moreRow(list.slice(BLOCK).map(e => () => eventRow(e)),
			`Show ${list.length - BLOCK} more of this night`)])];
}

function changesPart(f) {
	const shown = eventsShown(f);
	const title = el('h2', {}, 'What changed ', el('span', {class: 'count'}, shown.length));
	if (!shown.length)
		return el('section', {}, title, el('p', {}, 'No change of level in these nights.'));
	const makers = blocksOf(shown).flatMap(blockRows);
	const body = tableBody();
	showFew(body, makers);
	return el('section', {}, title,
		makeTable('changes', 'Changes, the newest first', CHANGE_COLUMNS, body));
}

function pendingPart(f) {
	const list = allSeries.filter(s => s.pending && f.series(s));
	if (!list.length)
		return null;
	return el('details', {},
		el('summary', {}, `Not told yet: ${list.length} series whose newest night, or two, are off the level`),
		el('p', {}, 'A change has three nights or more on each side. These may become one, or were disturbed.'),
		el('ul', {class: 'plain'}, list.map(s => el('li', {},
			el('a', {href: toSeries(s, {host: s.host.name})}, s.name), ' ',
			el('span', {class: 'dim'}, s.host.name), ' ',
			pendingText(s)))));
}

const pendingText = s => [
	changeText(s.raw.pending_percent ?? 0, s.raw.pending_percent === null ? 'off the level' :
		`${fixed(s.raw.pending_percent, plainPlaces(s.raw.pending_percent), true)} %`),
	` for ${many(s.pending, 'night')}`];

const seriesColumns = [
	{key: 'name', title: 'Benchmark', sort: r => r.s.name},
	{key: 'host', title: 'Host', class: 'host', sort: r => r.s.host.name},
	{title: 'Nights', class: 'spark'},
	{key: 'latest', title: 'Latest, 95 % CI', class: 'latest', numeric: true,
		sort: r => r.last.value},
	{key: 'change', title: 'Last change', class: 'change', numeric: true,
		sort: r => r.change ? Math.abs(size(r.change)) : null},
	{key: 'date', title: 'On', class: 'date', numeric: true,
		sort: r => r.change ? nightAt(r.s, r.change.at).time : null},
];

// A series, its last night that passes, and the night of the last change that does.
function seriesRow(s, f) {
	if (f.allNights)
		return {s, last: s.raw.points ? makePoint(s, s.raw.points - 1,
			nightAt(s, s.raw.points - 1)) : null, change: s.changes.at(-1)};
	const points = pointsOf(s).filter(p => f.night(p.night));
	return {s, last: points.at(-1), change: points.findLast(p => p.change)?.change};
}

// The same benchmark on all hosts together, in the order of the catalogue.
function seriesRows(f) {
	return allSeries.filter(f.series).map(s => seriesRow(s, f))
		.filter(r => r.last && (r.change || !state.changed))
		.sort((a, b) => rankOf.get(a.s.name) - rankOf.get(b.s.name) ||
			a.s.index - b.s.index);
}

function remarks(s, last) {
	const newestNight = s.host.nights[s.host.nights.length - 1];
	return [last.unverified ? 'unverified' : '',
		s.pending ? 'off its level' : '',
		last.night !== newestNight && !state.kernel ? `last value ${day(last.night.time)}` : '',
	].filter(t => t).join(', ');
}

function benchmarkRow({s, change, last}, f) {
	const spark = cell('spark', '');
	whenSeen(spark, () => spark.append(sparkline(
		pointsOf(s).filter(p => f.night(p.night)))));
	const remark = remarks(s, last);
	return row(
		rowHead('name', el('a', {href: toSeries(s, {host: s.host.name})}, s.name)),
		cell('host', '', s.host.name),
		spark,
		cell('latest', '', valueText(last, s),
			remark ? el('div', {class: 'remark'}, remark) : null),
		cell('change', '', change ? changeOf(change, s) :
			el('span', {class: 'dim'}, 'no change')),
		cell('date', '', change ? day(nightAt(s, change.at).time) : ''));
}

function familyBodies(rows, f) {
	const bodies = new Map();
	for (const r of rows) {
		if (!bodies.has(r.s.family))
			bodies.set(r.s.family, []);
		bodies.get(r.s.family).push(r);
	}
	return [...bodies].map(([family, list]) => tableBody(
		row(el('th', {role: 'rowheader', scope: 'rowgroup', colspan: '6', class: 'block'},
			family, ' ', el('span', {class: 'dim'}, many(list.length, 'row')))),
		list.map(r => benchmarkRow(r, f))));
}

function benchmarksPart(f) {
	const rows = seriesRows(f);
	const title = el('h2', {}, 'Benchmarks ', el('span', {class: 'count'}, rows.length));
	if (!rows.length)
		return el('section', {}, title, el('p', {}, 'No benchmark passes the filters.'));
	const sorted = seriesColumns.some(c => c.key && sortState(c.key) !== 'none');
	return el('section', {}, title, makeTable('benchmarks', 'All benchmarks', seriesColumns,
		sorted ? tableBody(sortRows(rows, seriesColumns).map(r => benchmarkRow(r, f))) :
			familyBodies(rows, f)));
}

function hostsPart(f) {
	const list = hosts.filter(h => h.nights.length && (!state.host || h.name === state.host));
	return el('section', {}, el('h2', {}, 'Hosts ', el('span', {class: 'count'}, list.length)),
		makeTable('hosts', 'Hosts and their newest night', ['Host', 'CPU', 'Nights', 'Newest',
			'Kernel'].map(title => ({title})), tableBody(list.map(h => {
			const last = h.nights[h.nights.length - 1];
			return row(rowHead('name', h.name),
				cell('cpu', 'CPU', h.machine ? `lab, ${h.machine}` : h.cpu || 'unknown'),
				cell('', 'Nights', String(h.nights.filter(f.night).length)),
				cell('date', 'Newest', day(last.time)),
				cell('kernel', 'Kernel', last.kernel));
		}))));
}

function showOverview(node) {
	const f = filters();
	node.replaceChildren(...[changesPart(f), pendingPart(f), benchmarksPart(f),
		hostsPart(f)].filter(part => part));
}
