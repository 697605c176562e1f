// SPDX-License-Identifier: GPL-2.0-or-later
// Two nights against each other. The page has medians and their intervals, not
// the launches: so it says which intervals overlap, and no p.
'use strict';

// Two nights of one kernel hardly differ by more times the nights' scatter.
const SCATTERS = 3;

const RULE = '~: not told apart, as the two 95 % intervals overlap, or the difference is no ' +
	`more than ${SCATTERS} times the scatter of the nights. ?: fewer than 6 launches on a side, ` +
	'which have no 95 % interval. Exact rows differ by any instruction. No p and no correction ' +
	'for the number of rows: for a verdict run ';

function defaultNights() {
	const host = hosts.find(h => h.name === state.host) || (nights.length ?
		nights[nights.length - 1].host : null);
	const list = host ? host.nights : [];
	return [list[Math.max(0, list.length - 2)], list[list.length - 1]];
}

function twoNights() {
	const [a, b] = defaultNights();
	return [nightOfRun.get(state.a) || a, nightOfRun.get(state.b) || b];
}

const nightTitle = n => `${minute(n.time)}  ${n.kernel}`;

function nightSelect(side, now) {
	return el('label', {}, side.toUpperCase(), ' ', el('select', {id: `night-${side}`,
		change: e => pickNight(side, e.target.value)},
	hosts.filter(h => h.nights.length).map(h => el('optgroup', {label: h.name},
		[...h.nights].reverse().map(n => el('option', {value: n.run,
			selected: n === now}, nightTitle(n)))))));
}

function pickNight(side, run) {
	const [a, b] = twoNights();
	replaceState({a: a.run, b: b.run, [side]: run});
	byId(`night-${side}`).focus();
}

function swapNights() {
	const [a, b] = twoNights();
	replaceState({a: b.run, b: a.run});
	byId('swap').focus();
}

// By name, the points of a night.
function pointsOfNight(night, f) {
	const points = new Map();
	for (const s of allSeries)
		if (s.host === night.host && f.series(s)) {
			const p = pointIn(s, night);
			if (p)
				points.set(s.name, p);
		}
	return points;
}

// "=", "~", "?" or "": they differ.
function verdictOf(a, b) {
	if (a.series.exact && b.series.exact)
		return a.value === b.value ? '=' : '';
	if (a.level < 0.95 || b.level < 0.95)
		return '?';
	if (a.lo <= b.hi && b.lo <= a.hi)
		return '~';
	const scatter = Math.max(...[a, b].map(p => pointsOf(p.series) && scatterOf(p.series)));
	return Math.abs(b.value - a.value) <= SCATTERS * scatter ? '~' : '';
}

function pairRows(a, b) {
	const f = filters(true);
	const left = pointsOfNight(a, f), right = pointsOfNight(b, f);
	const names = [...new Set([...left.keys(), ...right.keys()])];
	return names.map(name => {
		const p = left.get(name), q = right.get(name);
		const both = p && q;
		return {name, a: p, b: q, s: (q || p).series,
			delta: both ? q.value - p.value : null,
			percent: both && p.value ? 100 * (q.value - p.value) / Math.abs(p.value) : null,
			verdict: both ? verdictOf(p, q) : 'missing'};
	});
}

const PAIR_COLUMNS = [
	{key: 'name', title: 'Benchmark', sort: r => r.name},
	{key: 'a', title: 'A, 95 % CI', class: 'a', numeric: true, sort: r => r.a?.value},
	{key: 'b', title: 'B, 95 % CI', class: 'b', numeric: true, sort: r => r.b?.value},
	{key: 'delta', title: 'B − A', class: 'delta', numeric: true, sort: r => r.delta},
	{key: 'percent', title: '%', class: 'percent', numeric: true,
		sort: r => r.percent === null ? null : Math.abs(r.percent)},
	{key: 'verdict', title: 'Told apart', class: 'verdict', sort: r => r.verdict},
];

const sideCell = (name, label, p) => cell(name, label, p ? [valueText(p, p.series),
	p.unverified ? el('div', {class: 'remark'}, 'unverified') : null] :
	el('span', {class: 'dim'}, 'no value'));

function deltaText(r, value, suffix) {
	const scale = suffix ? 100 / Math.abs(r.a.value) : 1;
	const h = Math.hypot(half(r.a), half(r.b)) * scale;
	const digits = h > 0 ? Math.max(places(h), suffix ? 1 : -1) : suffix ? plainPlaces(value) : NO_PLACES;
	return fixed(value, digits, true) + suffix;
}

function pairRow(r) {
	const told = r.verdict === '';
	const show = (value, suffix) => value === null ? '' : told ?
		changeText(value, deltaText(r, value, suffix)) :
		el('span', {class: 'dim'}, deltaText(r, value, suffix));
	const words = {'~': '~', '?': '?', '=': 'equal', '': 'differ', missing: 'one side only'};
	return row(
		rowHead('name', el('a', {href: toSeries(r.s)}, r.name)),
		sideCell('a', 'A', r.a), sideCell('b', 'B', r.b),
		cell('delta', 'B − A', show(r.delta, '')),
		cell('percent', '%', show(r.percent, ' %')),
		cell('verdict', 'Told apart', words[r.verdict] + (r.s.exact && told ? ', exact' : '')));
}

function sideText(name, n) {
	return el('p', {class: 'side'}, el('b', {}, name), ' ', n.host.name, ', ', minute(n.time),
		', kernel ', kernelText(n), ', commit ', el('span', {class: 'kernel'}, whatCommit(n)),
		', run ', el('span', {class: 'kernel'}, n.run));
}

function noteText(a, b) {
	const unknown = [state.a, state.b].filter(run => run && !nightOfRun.has(run));
	if (unknown.length)
		return el('p', {class: 'note'}, `This history has no run ${unknown.join(' and no run ')}: another night is shown instead.`);
	if (a === b)
		return el('p', {class: 'note'}, 'A and B are the same night.');
	if (a.host === b.host)
		return null;
	return el('p', {class: 'note'}, 'Two hosts: the machines differ, not only their kernels.');
}

function showAb(node) {
	const [a, b] = twoNights();
	if (!a || !b) {
		node.replaceChildren(el('h2', {tabindex: '-1'}, 'A/B of two nights'),
			el('p', {}, 'There are no nights.'));
		return;
	}
	const rows = pairRows(a, b);
	const differ = rows.filter(r => r.verdict === '');
	const shown = sortRows(state.changed ? differ : rows, PAIR_COLUMNS);
	node.replaceChildren(...[
		el('h2', {tabindex: '-1'}, 'A/B of two nights'),
		el('div', {class: 'pick', role: 'group', 'aria-label': 'Nights'}, nightSelect('a', a),
			nightSelect('b', b),
			el('button', {type: 'button', id: 'swap', click: swapNights}, 'Swap A and B')),
		sideText('A', a), sideText('B', b), noteText(a, b),
		el('p', {class: 'count-line', id: 'ab-count'}, `${differ.length} of ${many(rows.length, 'row')} differ: ` +
			`${differ.filter(r => r.delta > 0).length} worse, ${differ.filter(r => r.delta < 0).length} better. Lower is better.`),
		shown.length ? makeTable('pairs', 'All benchmarks of both nights', PAIR_COLUMNS,
			tableBody(shown.map(pairRow))) : el('p', {}, 'No row to show.'),
		el('p', {class: 'rule'}, RULE, el('code', {}, 'run-bench compare'), '.'),
	].filter(part => part));
}
