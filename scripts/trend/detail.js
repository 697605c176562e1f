// SPDX-License-Identifier: GPL-2.0-or-later
// One benchmark: a plot for each host, read by pointer or by keys.
'use strict';

function flagsOf(p) {
	return [p.unverified ? 'unverified' : '', p.off ? 'disturbed' : '',
		p.pending ? 'off the level, not told yet' : '',
		p.change ? 'first night of a change' : ''].filter(t => t);
}

function intervalText(p) {
	if (!(p.level > 0))
		return 'no interval (one launch)';
	if (p.series.exact && half(p) === 0)
		return 'exact';
	return `${level(p)} CI ${range(p)}`;
}

// The same words for the eye and for a screen reader.
function wordsOf(p) {
	return [['night', minute(p.night.time)], ['kernel', p.night.kernel || 'unknown'],
		['commit', whatCommit(p.night)],
		['median', `${median(p)} ${unitOf(p.series)}`],
		['interval', `${intervalText(p)}, ${p.launches === 1 ? '1 launch' : `${p.launches} launches`}`],
		...(flagsOf(p).length ? [['flags', flagsOf(p).join(', ')]] : [])];
}

const spoken = p => wordsOf(p).map(([k, v]) =>
	k === 'night' || k === 'interval' || k === 'flags' ? v : `${k} ${v}`).join(', ');

function readout(p) {
	return [el('dl', {}, wordsOf(p).map(([k, v]) => el('div', {class: `is-${k}`},
		el('dt', {}, k), el('dd', {}, v)))),
	el('p', {class: 'actions'},
		el('a', {href: abWith('b', p)}, 'A/B with the night before'), ' ',
		el('a', {href: abWith('a', p)}, 'with the newest'))];
}

// The other side: the newest night, or the one before, of that host.
function abWith(side, p) {
	const list = p.night.host.nights;
	const other = side === 'a' ? list[list.length - 1] : list[Math.max(0, p.night.place - 1)];
	return address({view: 'ab', series: '', sort: '',
		a: side === 'a' ? p.night.run : other.run, b: side === 'b' ? p.night.run : other.run});
}

// The plot as a slider over the nights: arrow keys reach it in a screen reader
// too, and the night's words are its value.
class Plot {
	constructor(s, points, domain) {
		this.s = s;
		this.points = points;
		this.domain = domain;
		this.now = points.length - 1;
		this.words = el('div', {class: 'readout'});
		this.legend = el('ul', {class: 'legend'});
		this.box = el('div', {class: 'plot', tabindex: '0', role: 'slider',
			'aria-label': `${s.name} on ${s.host.name}: nights`,
			'aria-orientation': 'horizontal',
			'aria-valuemin': '1', 'aria-valuemax': String(points.length),
			keydown: e => this.key(e), pointermove: e => this.point(e),
			pointerdown: e => this.point(e)});
		new ResizeObserver(() => this.draw()).observe(this.box);
	}

	missing() {
		const have = new Set(pointsOf(this.s).map(p => p.night));
		const passes = filters().night;
		return this.s.host.nights.filter(n => !have.has(n) && passes(n));
	}

	draw() {
		const width = Math.floor(this.box.clientWidth);
		if (!width || this.frame?.width === width)
			return;
		const missing = this.missing();
		this.frame = frameOf(this.s, this.points, this.domain, width);
		this.box.replaceChildren(drawPlot(this.frame, missing));
		this.legend.replaceChildren(...legendOf(this.frame, missing));
		this.move(this.now);
	}

	move(to) {
		this.now = Math.min(this.points.length - 1, Math.max(0, to));
		const p = this.points[this.now], f = this.frame;
		this.box.setAttribute('aria-valuenow', String(this.now + 1));
		this.box.setAttribute('aria-valuetext', spoken(p));
		this.words.replaceChildren(...readout(p));
		if (!f)
			return;
		const x = f.px(p).toFixed(1);
		this.box.querySelector('.hair').setAttribute('transform', `translate(${x})`);
		const ring = this.box.querySelector('.cursor circle');
		ring.setAttribute('cx', x);
		ring.setAttribute('cy', f.py(p).toFixed(1));
	}

	point(e) {
		const x = e.clientX - this.box.getBoundingClientRect().left;
		const distance = p => Math.abs(this.frame.px(p) - x);
		let best = 0;
		this.points.forEach((p, i) => {
			if (distance(p) < distance(this.points[best]))
				best = i;
		});
		if (best !== this.now)
			this.move(best);
	}

	// The next change in a direction; the last night, or the first, if none.
	changeFrom(step) {
		let i = this.now + step;
		while (i > 0 && i < this.points.length - 1 && !this.points[i].change)
			i += step;
		return i;
	}

	key(e) {
		const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1,
			PageDown: -7, PageUp: 7}[e.key];
		if (e.altKey || e.ctrlKey || e.metaKey)
			return;
		if (e.key === 'Home')
			this.move(0);
		else if (e.key === 'End')
			this.move(this.points.length - 1);
		else if (step)
			this.move(e.shiftKey ? this.changeFrom(Math.sign(step)) : this.now + step);
		else
			return;
		e.preventDefault();
	}
}

function lostText(s) {
	const l = s.raw.lost;
	const parts = [['absent', 'without a row of it'], ['failed', 'failed'],
		['skipped', 'skipped'], ['varying', 'varied with when it was measured']]
		.filter(([k]) => l[k]).map(([k, words]) => `${l[k]} ${words}`);
	if (!parts.length)
		return null;
	return el('p', {class: 'lost'}, `Nights without a value: ${parts.join(', ')}. `,
		l.reason ? ['The last reason: ', el('q', {}, l.reason), '.'] : null);
}

function changeRow(s, c) {
	const all = pointsOf(s), after = all[c.at].night, before = all[c.at - 1].night;
	const first = all[Math.max(0, c.first - 1)].night, last = all[c.last].night;
	return row(
		rowHead('date', day(after.time)),
		cell('change', 'Change', changeOf(c, s)),
		cell('levels', '', levelsText(c, s)),
		cell('kernels', 'Kernels', kernelText(before), ' → ', kernelText(after)),
		cell('place', 'Between', `${day(first.time)} … ${day(last.time)}`),
		cell('p', 'p', c.p === 0 || c.p === null ? 'exact' : String(Number(c.p.toPrecision(2)))),
		cell('ab', 'A/B', el('a', {href: address({view: 'ab', series: '', sort: '',
			a: before.run, b: after.run})}, 'A/B of both nights')));
}

function changesOf(s, f) {
	const list = s.changes.filter(c => f.night(pointsOf(s)[c.at].night)).reverse();
	if (!list.length)
		return el('p', {class: 'dim'}, 'No change of level in these nights.');
	return makeTable('own', `Changes on ${s.host.name}`, ['First night', 'Change, 95 % CI',
		'From → to', 'Kernels', 'Between (95 %)', 'p', 'A/B'].map(title => ({title})),
	tableBody(list.map(c => changeRow(s, c))));
}

function nightRow(p) {
	return row(rowHead('date', minute(p.night.time)),
		cell('kernel', 'Kernel', p.night.kernel), cell('commit', 'Commit', whatCommit(p.night)),
		cell('latest', 'Median', valueText(p, p.series)),
		cell('interval', 'Interval', intervalText(p)),
		cell('', 'Launches', String(p.launches)), cell('', 'Remarks', flagsOf(p).join(', ')));
}

function nightsTable(s, points) {
	const box = el('details', {toggle: () => {
		if (box.open && box.children.length === 1)
			box.append(makeTable('nights', `Nights of ${s.name} on ${s.host.name}`,
				['Night', 'Kernel', 'Commit', 'Median', 'Interval', 'Launches', 'Remarks']
					.map(title => ({title})),
				tableBody([...points].reverse().map(nightRow))));
	}}, el('summary', {}, `The ${many(points.length, 'night')} as a table`));
	return box;
}

function hostPart(s, points, domain, f) {
	const plot = new Plot(s, points, domain);
	plot.move(plot.now);
	return el('section', {class: 'host-part'},
		el('h3', {}, s.host.name, ' ', el('span', {class: 'dim'},
			s.host.machine ? `lab, ${s.host.machine}` : s.host.cpu, ' · ', unitOf(s),
			s.exact ? ', exact' : `, nights scatter by ${scatterText(s)}`)),
		plot.words, plot.box, plot.legend, lostText(s), changesOf(s, f), nightsTable(s, points));
}

function scatterText(s) {
	const value = s.levels[s.levels.length - 1].value;
	if (!value)
		return '?';
	const part = 100 * scatterOf(s) / Math.abs(value);
	return `${fixed(part, plainPlaces(part) ? Math.max(1, plainPlaces(part) - 1) : 0)} %`;
}

function detailParts(list) {
	const f = filters();
	const shown = list.filter(s => !state.host || s.host.name === state.host)
		.map(s => [s, pointsOf(s).filter(p => f.night(p.night))])
		.filter(([, points]) => points.length);
	const times = shown.flatMap(([, points]) => [points[0].night.time,
		points[points.length - 1].night.time]);
	const domain = [Math.min(...times), Math.max(...times)];
	return shown.map(([s, points]) => hostPart(s, points, domain, f));
}

function otherHosts(list) {
	if (list.length < 2)
		return null;
	return el('p', {class: 'also'}, 'Hosts: ',
		el('a', {href: address({host: ''}), 'aria-current': state.host ? null : 'true'},
			`all ${list.length}`),
		list.map(s => [' ', el('a', {href: address({host: s.host.name}),
			'aria-current': state.host === s.host.name ? 'true' : null}, s.host.name)]));
}

function showDetail(node) {
	const list = allSeries.filter(s => s.name === state.series);
	const zero = el('label', {class: 'check'}, el('input', {type: 'checkbox', id: 'zero',
		checked: !!state.zero,
		change: e => replaceState({zero: e.target.checked ? '1' : ''})}), ' axis from 0');
	const parts = detailParts(list);
	node.replaceChildren(...[
		el('h2', {tabindex: '-1', class: 'name'}, state.series),
		list.length ? otherHosts(list) : el('p', {}, 'This history has no such benchmark.'),
		parts.length ? el('p', {class: 'help'},
			'Point at a night, or move with ← → (Page: 7 nights, Home, End, Shift: to the next change). ', zero) :
			list.length ? el('p', {}, 'No night passes the filters.') : null,
		...parts].filter(part => part));
}
