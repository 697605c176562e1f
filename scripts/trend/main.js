// SPDX-License-Identifier: GPL-2.0-or-later
// The address decides what is shown; controls change the address.
'use strict';

const VIEWS = {overview: showOverview, detail: showDetail, ab: showAb};
const drawn = {}; // by view, the state that it was drawn of
const scrolled = {}; // by view, where it was left
let shownView = null;

const viewOf = () => state.series ? 'detail' : state.view === 'ab' ? 'ab' : 'overview';

function fillSelect(id, any, values) {
	byId(id).append(...any, ...values.map(v => el('option', {value: v}, v)));
}

function fillFilters() {
	const all = name => el('option', {value: name === 'metric' && METRIC !== '*' ? '*' : ''}, 'all');
	fillSelect('host', [all('host')], hosts.map(h => h.name));
	fillSelect('family', [all('family')], families);
	fillSelect('metric', [all('metric')], metrics);
	byId('kernels').append(...[...new Set(nights.map(n => kernelBase(n.kernel)))]
		.map(v => el('option', {value: v})));
}

function syncFilters() {
	for (const id of ['host', 'family', 'kernel', 'q', 'days'])
		if (byId(id).value !== (state[id] || ''))
			byId(id).value = state[id] || '';
	byId('metric').value = state.metric || (METRIC === '*' ? '' : METRIC);
	byId('changed').checked = !!state.changed;
	byId('active').textContent = ['host', 'family', 'metric', 'kernel', 'q', 'days', 'changed']
		.filter(k => state[k]).map(k => `${k === 'q' ? 'benchmark' : k} ${state[k]}`).join(', ');
}

function readFilters() {
	const metric = byId('metric').value;
	replaceState({host: byId('host').value, family: byId('family').value,
		kernel: byId('kernel').value.trim(), q: byId('q').value.trim(), days: byId('days').value,
		metric: metric === METRIC ? '' : metric, changed: byId('changed').checked ? '1' : ''});
	say(byId('ab-count') && viewOf() === 'ab' ? byId('ab-count').textContent :
		viewOf() === 'overview' ? [...document.querySelectorAll('#overview h2')]
			.map(h => h.textContent).join(', ') : '');
}

// Change the address without a new entry in the history: filters, sorting.
function replaceState(changes) {
	history.replaceState(null, '', address(changes));
	render(false);
}

function draw(view) {
	const key = JSON.stringify(state);
	if (drawn[view] !== key)
		VIEWS[view](byId(view));
	drawn[view] = key;
}

function showView(view, moved) {
	for (const name of Object.keys(VIEWS))
		byId(name).hidden = name !== view;
	for (const [id, name] of [['to-overview', 'overview'], ['to-ab', 'ab']])
		put(byId(id), {'aria-current': view === name ? 'page' : 'false'}, []);
	byId('to-overview').href = address({view: '', series: '', a: '', b: '', sort: ''});
	byId('to-ab').href = address({view: 'ab', series: '', sort: ''});
	document.title = (view === 'detail' ? state.series + ' - ' : view === 'ab' ? 'A/B - ' : '') +
		'vmentry-bench trend';
	if (!moved)
		return;
	scrollTo(0, view === 'overview' ? scrolled[view] || 0 : 0);
	if (view !== 'overview')
		byId(view).querySelector('h2').focus({preventScroll: true});
}

function render(moved) {
	if (shownView)
		scrolled[shownView] = scrollY;
	readState();
	syncFilters();
	const view = viewOf();
	draw(view);
	showView(view, moved && (view !== shownView || view === 'detail'));
	shownView = view;
}

function setTheme(theme) {
	if (theme)
		document.documentElement.dataset.theme = theme;
	const dark = document.documentElement.dataset.theme ?
		document.documentElement.dataset.theme === 'dark' :
		matchMedia('(prefers-color-scheme: dark)').matches;
	byId('theme').textContent = dark ? 'Light' : 'Dark';
	byId('theme').setAttribute('aria-label', dark ? 'Light colours' : 'Dark colours');
	return dark;
}

// Browsers may forbid a page that is a local file to store anything.
function storedTheme(theme) {
	try {
		if (theme)
			localStorage.setItem('vmentry-bench-theme', theme);
		return localStorage.getItem('vmentry-bench-theme');
	} catch {
		return null;
	}
}

function about() {
	const o = trend.options;
	byId('summary').textContent = `${many(hosts.length, 'host')}, ${many(nights.length, 'night')}` +
		(nights.length ? ` from ${day(nights[0].time)} to ${day(newest)}` : '') +
		`, ${allSeries.length} series. Lower is better.`;
	byId('about').append(
		el('p', {}, 'A value is the median of the medians of a night\'s launches. A tick is one of the ' +
			'TSC, a unit of time and not a cycle; on machines of the lab, whose rows are exact, it is an ' +
			'instruction (on vmx also an event such as a VM-exit).'),
		el('p', {}, `A change has a permutation p of at most ${o.p}, a size of at least ${o.percent} %, and ` +
			`three nights or more on each side; windows of ${o.window} nights, ${o.permutations} ` +
			`permutations, seed ${o.seed}. Exact series: any difference.`),
		leftOut() || '',
		el('p', {class: 'dim'}, `vmentry-bench ${trend.tool}`));
}

function leftOut() {
	if (!trend.left_out.length && !trend.unused)
		return null;
	return el('details', {}, el('summary', {}, `Left out: ${many(trend.left_out.length, 'directory')
		.replace('directorys', 'directories')}` + (trend.unused ? `, ${many(trend.unused, 'row')}` : '')),
	el('ul', {class: 'plain'}, trend.left_out.map(l => el('li', {},
		el('code', {}, l.path), ': ', l.why))));
}

// On small screens the filters would fill the first page.
function foldFilters(narrow) {
	byId('filter-box').open = !narrow.matches;
}

function listen() {
	const narrow = matchMedia('(max-width: 46rem)');
	foldFilters(narrow);
	narrow.addEventListener('change', foldFilters);
	byId('filters').addEventListener('submit', e => e.preventDefault());
	byId('filters').addEventListener('change', readFilters);
	let timer = 0;
	byId('filters').addEventListener('input', () => {
		clearTimeout(timer);
		timer = setTimeout(readFilters, 120);
	});
	byId('reset').addEventListener('click', () => replaceState({host: '', family: '',
		metric: '', kernel: '', q: '', days: '', changed: '', sort: ''}));
	byId('skip').addEventListener('click', e => {
		e.preventDefault();
		byId('main').focus();
	});
	byId('theme').addEventListener('click', () => {
		const dark = setTheme();
		setTheme(dark ? 'light' : 'dark');
		storedTheme(document.documentElement.dataset.theme);
	});
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTheme());
	addEventListener('hashchange', () => render(true));
}

history.scrollRestoration = 'manual';
fillFilters();
about();
setTheme(storedTheme());
listen();
render(true);
performance.measure('overview', 'begin');
