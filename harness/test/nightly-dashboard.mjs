// SPDX-License-Identifier: GPL-2.0-or-later
// The dashboard in a browser, as its readers use it: pointer, keys, links, small
// and dark screens. nightly-dashboard.sh starts this.
//
//	MODULES=node_modules PAGES=DIR CHROMIUM=PATH node --test nightly-dashboard.mjs
//
// PAGES has trend.html (501 series x 365 nights), small.html and hostile.html, by
// dashboard-page: what is expected below was planted in trend-fixture.h.
// SHOTS=DIR: pictures go there.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.resolve(process.env.MODULES) + '/');
const { chromium } = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');

const SERIES = 501, NIGHTS = 365;
const PATIENCE = 180000; // ms
const DETAIL = '#series=exit/cpuid%5Bcpl%3D3%5D';
const AB = '#view=ab&a=night-250-lab1&b=night-300-lab1';
const url = (name, hash = '') => `file://${path.resolve(process.env.PAGES)}/${name}.html${hash}`;

let browser;
before(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		// As root there is no sandbox; all that is opened is ours.
		args: process.getuid() === 0 ? ['--no-sandbox'] : [],
	});
});
after(() => browser.close());

// Runs body(page) with a page on which nothing may complain, ask, or fetch.
async function onPage(address, options, body) {
	const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
	// A busy machine is slow, not wrong.
	context.setDefaultTimeout(PATIENCE);
	const page = await context.newPage();
	const complaints = [];
	page.on('console', m => complaints.push(`${m.type()}: ${m.text()}`));
	page.on('pageerror', e => complaints.push(String(e)));
	page.on('dialog', d => {
		complaints.push(`dialog: ${d.message()}`);
		d.dismiss();
	});
	page.on('request', r => {
		if (!r.url().startsWith(address.split('#')[0]) && !r.url().startsWith('data:'))
			complaints.push(`request: ${r.url()}`);
	});
	try {
		await page.goto(address);
		await body(page);
		assert.deepEqual(complaints, []);
	} finally {
		await context.close();
	}
}

const shot = async (page, name) => process.env.SHOTS &&
	page.screenshot({path: `${process.env.SHOTS}/${name}.png`});

const benchmarks = page => page.locator('.benchmarks tbody tr:has(td)');
const background = page => page.evaluate(() =>
	getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
const dataOf = page => page.evaluate(() => JSON.parse(document.getElementById('data').textContent));

test('the overview: changes first, then all benchmarks', () => onPage(url('trend'), {}, async page => {
	await shot(page, 'overview');
	assert.deepEqual(await page.locator('h2').allTextContents(),
		['What changed 52', `Benchmarks ${SERIES}`, 'Hosts 3']);
	assert.equal(await benchmarks(page).count(), SERIES);
	const blocks = await page.locator('.changes .block').allTextContents();
	assert.match(blocks[0], /^2025-11-25 6\.16\.0-rc5-\S+ → 6\.16\.0-rc5-\S+ 2 changes, 2 worse$/);
	assert.equal(blocks.length, 5);
	const first = await page.locator('.changes tr:has(td)').first().textContent();
	assert.match(first, /exit\/cpuid\[cpl=0\].*\+3\.2 ±0\.2 %, worse.*ticks lab1.*instr\. lab svm.*all 3 hosts/);
	await page.getByRole('button', {name: 'Show 39 more of this night'}).click();
	assert.equal(await page.locator('.changes tr:has(td.change)').count(), 52);
	await page.getByText('Not told yet: 4 series').click();
	assert.match(await page.locator('details ul').first().textContent(), /ipi\/self\[.*\+5\.00 %, worse for 2 nights/);
}));

test('sparklines are drawn when they are seen', () => onPage(url('trend'), {}, async page => {
	await benchmarks(page).last().scrollIntoViewIfNeeded();
	await benchmarks(page).last().locator('svg.spark .line').waitFor({state: 'attached'});
	assert.ok(await page.locator('svg.spark').count() < SERIES);
}));

test('filters: host, family, kernel, benchmark, period, only changed', () => onPage(url('trend'), {}, async page => {
	await page.getByLabel('Host').selectOption('lab2');
	assert.equal(await benchmarks(page).count(), SERIES / 3);
	await page.getByLabel('Family').selectOption('exit');
	const exits = await benchmarks(page).count();
	assert.ok(exits > 20 && exits < SERIES / 3);
	await page.getByLabel('Benchmark').fill('exit/cpuid');
	await page.waitForFunction(() => /q=exit\/cpuid/.test(location.hash));
	assert.equal(await benchmarks(page).count(), 2);
	await page.getByLabel('Benchmark').fill('exit/c*[cpl=3]');
	await page.waitForFunction(() => document.querySelectorAll('.benchmarks tbody tr:has(td)').length === 1);
	await page.getByRole('button', {name: 'Reset'}).click();
	assert.equal(await benchmarks(page).count(), SERIES);
	await page.getByLabel('only changed').check();
	assert.equal(await benchmarks(page).count(), 55);
	// None of the changes is of the last week.
	await page.getByLabel('Period').selectOption('7');
	assert.match(await page.locator('#overview').textContent(), /No change of level in these nights/);
	assert.equal(await page.evaluate(() => location.hash), '#days=7&changed=1');
}));

test('a kernel selects its nights', () => onPage(url('trend', '#kernel=6.14.0-rc1'), {}, async page => {
	assert.deepEqual(await page.locator('.changes .block time').allTextContents(), ['2025-05-27']);
	await page.getByRole('link', {name: 'timer/tscdeadline-immed'}).first().click();
	const slider = page.getByRole('slider').first();
	assert.equal(await slider.getAttribute('aria-valuemax'), '10');
	assert.match(await slider.getAttribute('aria-valuetext'), /kernel 6\.14\.0-rc1-/);
	const commit = (await slider.getAttribute('aria-valuetext')).match(/commit (\w+)/)[1];
	await page.getByLabel('Kernel').fill(commit.slice(0, 9));
	await page.waitForFunction(() =>
		document.querySelector('[role=slider]').getAttribute('aria-valuemax') === '1');
}));

test('the pointer reads nights: kernel, commit, median, interval', () => onPage(url('trend', DETAIL), {}, async page => {
	const plot = page.locator('.plot').first(), words = page.locator('.readout').first();
	const box = await plot.boundingBox();
	await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
	const middle = await words.textContent();
	assert.match(middle, /night2025-0[67]-\d\d 01:00 UTCkernel6\.14\.0-rc\d-\d+-g(\w+)commit\1median\d+ TSC ticksinterval9\d % CI \d+ to \d+, 10 launches/);
	await page.mouse.move(box.x + box.width * 0.6, box.y + 100);
	assert.notEqual(await words.textContent(), middle);
	await shot(page, 'detail');
	// What it says is what the data have.
	const {series, nights} = await dataOf(page);
	const place = Number(await plot.getAttribute('aria-valuenow')) - 1;
	const s = series.find(x => x.bench === 'exit/cpuid' && x.variant === 'cpl=3' && x.host === 0);
	const value = await plot.getAttribute('aria-valuetext');
	assert.ok(Math.abs(Number(value.match(/median (\d+)/)[1]) - s.value[place]) <= 0.5);
	assert.ok(nights.commit.includes(value.match(/commit (\w+)/)[1]));
}));

test('keys move from night to night, and to changes', () => onPage(url('trend', DETAIL), {}, async page => {
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2');
	const slider = page.getByRole('slider').first();
	const now = async () => Number(await slider.getAttribute('aria-valuenow'));
	while (!await slider.evaluate(n => n === document.activeElement))
		await page.keyboard.press('Tab');
	assert.equal(await now(), NIGHTS - 1);
	await page.keyboard.press('ArrowLeft');
	assert.equal(await now(), NIGHTS - 2);
	await page.keyboard.press('PageDown');
	assert.equal(await now(), NIGHTS - 9);
	await page.keyboard.press('Home');
	assert.match(await slider.getAttribute('aria-valuetext'), /^2025-01-01 01:00 UTC, kernel .*, commit \w{12}, median \d+ TSC ticks, /);
	await page.keyboard.press('ArrowRight');
	assert.equal(await now(), 2);
	await page.keyboard.press('Shift+ArrowRight');
	assert.match(await slider.getAttribute('aria-valuetext'), /^2025-09-13 .*first night of a change/);
	await page.keyboard.press('Shift+ArrowRight');
	assert.match(await slider.getAttribute('aria-valuetext'), /^2025-11-25 .*first night of a change/);
	await page.keyboard.press('End');
	assert.equal(await now(), NIGHTS - 1);
	// The ring is seen.
	assert.notEqual(await slider.evaluate(n => getComputedStyle(n).outlineStyle), 'none');
}));

test('a benchmark on three hosts: exact, disturbed, missing, as a table', () => onPage(url('trend', DETAIL), {}, async page => {
	assert.equal(await page.locator('.plot svg').count(), 3);
	const lab = page.locator('.host-part').nth(2);
	assert.match(await lab.locator('h3').textContent(), /lab svm lab, svm · instructions, exact/);
	assert.match(await lab.locator('.readout').textContent(), /median\d+ instructionsinterval?exact/);
	assert.match(await lab.locator('.own').textContent(), /\+3\.20 %.*instr\..*exact/);
	assert.match(await lab.textContent(), /Nights without a value: 1 without a row of it/);
	const first = page.locator('.host-part').first();
	assert.match(await first.locator('.legend').textContent(), /interval of the night.*level.*change.*night without a value/);
	await first.locator('summary').click();
	assert.equal(await first.locator('.nights tbody tr').count(), NIGHTS - 1);
	await page.getByRole('link', {name: 'lab2'}).click();
	assert.equal(await page.locator('.plot svg').count(), 1);
	await page.goBack();
	await page.locator('.plot svg').nth(2).waitFor();
	await page.getByLabel('axis from 0').check();
	assert.equal(await page.locator('.plot').first().locator('text').first().textContent(), '0');
}));

test('failed and unverified nights are told', () => onPage(url('trend', '#series=nmi/self&host=lab1'), {}, async page => {
	assert.match(await page.locator('.lost').textContent(), /10 failed.*The last reason: expected 1000 NMIs, KVM says 998/);
	await page.goto(url('trend', '#series=exit/pause[cpl=0]&host=lab1'));
	assert.match(await page.locator('.legend').textContent(), /unverified/);
	assert.match(await page.locator('.readout').textContent(), /unverified/);
}));

test('A/B of two nights', () => onPage(url('trend', AB), {}, async page => {
	await shot(page, 'ab');
	const rows = page.locator('.pairs tbody tr');
	assert.equal(await rows.count(), SERIES / 3);
	const differ = Number((await page.locator('#ab-count').textContent()).match(/^(\d+) of 167/)[1]);
	// 47 are planted; of the others at most the disturbed nights, 1 in 100.
	assert.ok(differ >= 40 && differ < 60, String(differ));
	assert.match(await rows.filter({hasText: 'base/empty[cpl=0]'}).textContent(), /~$/);
	await page.getByLabel('only changed').check();
	assert.equal(await rows.count(), differ);
	await page.getByRole('button', {name: '%'}).last().click();
	assert.equal(await page.locator('.pairs th.percent').getAttribute('aria-sort'), 'descending');
	const shares = (await page.locator('.pairs td.percent').allTextContents())
		.map(t => Math.abs(parseFloat(t.replace(/[▲▼ ]/g, '').replace('\u2212', '-'))));
	assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
	await page.getByRole('button', {name: 'Swap A and B'}).click();
	assert.match(await page.evaluate(() => location.hash), /a=night-300-lab1&b=night-250-lab1/);
	assert.match(await page.locator('.rule').textContent(), /intervals overlap.*No p.*run-bench compare/);
}));

test('A/B on a machine that repeats itself, and across machines', () => onPage(url('trend', '#view=ab&a=night-320-lab&b=night-340-lab'), {}, async page => {
	assert.match(await page.locator('#ab-count').textContent(), /^2 of 167 rows differ: 2 worse/);
	const rows = page.locator('.pairs tbody tr');
	assert.match(await rows.filter({hasText: 'exit/cpuid[cpl=3]'}).textContent(), /\+115.*differ, exact$/);
	assert.match(await rows.filter({hasText: 'exit/invd'}).textContent(), /equal$/);
	await page.locator('#night-b').selectOption('night-340-lab1');
	assert.match(await page.locator('.note').textContent(), /machines differ/);
	await page.getByRole('link', {name: 'Overview'}).click();
	assert.equal(await benchmarks(page).count(), SERIES);
}));

test('links that are wrong do no harm', () => onPage(url('trend', '#series=no/such%'), {}, async page => {
	assert.match(await page.locator('#detail').textContent(), /no such benchmark/);
	await page.goto(url('trend', '#view=ab&a=nothing&b=%FF&host=x&&=&__proto__=1'));
	assert.match(await page.locator('.note').textContent(), /no run nothing and no run %FF/);
	assert.match(await page.locator('#ab').textContent(), /A\/B of two nights/);
}));

test('hostile texts are texts', () => onPage(url('hostile'), {}, async page => {
	assert.equal(await page.locator('script').count(), 11);
	assert.equal(await page.locator('img').count(), 0);
	const link = page.getByRole('link', {name: 'evil/</script><script>alert(1)'}).first();
	await link.click();
	await page.locator('.plot svg').first().waitFor();
	assert.match(await page.locator('#detail h2').textContent(), /<img src=x onerror=alert\(2\)>\[a"b'c&amp;/);
	await page.reload();
	await page.locator('.plot svg').first().waitFor();
	await page.goto(url('hostile', '#view=ab'));
	await page.getByText('Left out: 1 directory').click();
	assert.match(await page.locator('footer').textContent(), /<!--<script>@\{nonce\}/);
}));

test('light and dark, as the system says or as the reader chose', async () => {
	for (const colorScheme of ['light', 'dark'])
		await onPage(url('trend'), {colorScheme}, async page => {
			await shot(page, `overview-${colorScheme}`);
			const dark = (await background(page))[0] < 128;
			assert.equal(dark, colorScheme === 'dark');
			await page.locator('#theme').click();
			assert.equal((await background(page))[0] < 128, !dark);
			await page.reload();
			assert.equal((await background(page))[0] < 128, !dark);
		});
});

test('a phone: nothing is wider than the screen', async () => {
	for (const [name, hash] of [['overview', ''], ['detail', DETAIL], ['ab', AB]])
		for (const file of ['trend', 'hostile'])
			await onPage(url(file, hash), {viewport: {width: 360, height: 740}, hasTouch: true}, async page => {
				await shot(page, `phone-${file}-${name}`);
				assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
			});
	await onPage(url('trend', DETAIL), {viewport: {width: 360, height: 740}, hasTouch: true}, async page => {
		const plot = page.locator('.plot').first();
		await plot.scrollIntoViewIfNeeded();
		const box = await plot.boundingBox();
		await page.touchscreen.tap(box.x + 180, box.y + 90);
		assert.match(await page.locator('.readout').first().textContent(), /night2025-0[5-8]/);
		await page.getByText('Filters').click();
		await page.getByLabel('Host').selectOption('lab1');
		assert.match(await page.locator('#active').textContent(), /host lab1/);
	});
});

// WCAG A and AA: names, roles, contrast; in the dark, contrast is what differs.
test('axe finds nothing', async () => {
	for (const [colorScheme, rules, hashes] of [
		['light', {}, ['', DETAIL, AB]],
		['dark', {runOnly: ['color-contrast']}, ['', DETAIL]]])
		for (const hash of hashes)
			await onPage(url('small', hash), {colorScheme, bypassCSP: true}, async page => {
				await page.locator('details').evaluateAll(all => all.forEach(d => { d.open = true; }));
				await page.addScriptTag({path: axe});
				const found = await page.evaluate(options => window.axe.run(document, options),
					{resultTypes: ['violations'], ...rules});
				assert.ok(found.passes.length > 0);
				assert.deepEqual(found.violations.map(v =>
					`${v.id}: ${v.nodes.length}: ${v.nodes[0].html}`), []);
			});
});

// The time of the page's own thread: other load of the machine does not count.
test('501 series x 365 nights are open in 2 s', async t => {
	const context = await browser.newContext({viewport: {width: 1280, height: 900}});
	context.setDefaultTimeout(PATIENCE);
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	await session.send('Performance.enable', {timeDomain: 'threadTicks'});
	const begin = Date.now();
	await page.goto(url('trend'));
	await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));
	const wall = Date.now() - begin;
	const {metrics} = await session.send('Performance.getMetrics');
	const seconds = metrics.find(m => m.name === 'ThreadTime').value;
	t.diagnostic(`thread ${seconds.toFixed(2)} s, by the clock ${(wall / 1000).toFixed(2)} s`);
	assert.equal(await benchmarks(page).count(), SERIES);
	assert.ok(seconds < 2, `${seconds} s`);
	await context.close();
});
