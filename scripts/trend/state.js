// SPDX-License-Identifier: GPL-2.0-or-later
// What is shown: all of it is in the address behind "#", so that an address is
// a link to what its sender sees.
'use strict';

const KEYS = ['view', 'series', 'host', 'family', 'metric', 'kernel', 'q', 'days',
	'changed', 'a', 'b', 'sort', 'zero'];
let state = {};

const metrics = [...new Set(allSeries.map(s => s.metric))];
const families = [...new Set(allSeries.map(s => s.family))];
const METRIC = metrics.includes('latency') ? 'latency' : '*';

function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function readState() {
	state = {};
	for (const part of location.hash.slice(1).split('&')) {
		const at = part.indexOf('=');
		const key = part.slice(0, at < 0 ? part.length : at);
		if (at >= 0 && KEYS.includes(key))
			state[key] = decode(part.slice(at + 1));
	}
}

const encode = text => encodeURIComponent(text).replace(/%(2F|2C|3A|3D|2A)/g, decode);

// The address of the present state with some changes; '' takes a key away.
function address(changes) {
	const next = {...state, ...changes};
	return '#' + KEYS.filter(k => next[k])
		.map(k => `${k}=${encode(String(next[k]))}`).join('&');
}

const toSeries = (s, more) =>
	address({view: '', series: s.name, a: '', b: '', sort: '', ...more});

function globRegExp(glob) {
	return new RegExp(glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replace(/\*/g, '.*').replace(/\?/g, '.'), 'i');
}

// Text, or a shell glob of a benchmark as the commands take it.
function nameMatcher(q) {
	if (!q)
		return () => true;
	if (/[*?]/.test(q)) {
		const expression = globRegExp(q);
		const whole = new RegExp(`^(${expression.source})(\\[.*\\])?$`, 'i');
		return s => whole.test(s.bench) || whole.test(s.name);
	}
	const text = q.toLowerCase();
	return s => s.name.toLowerCase().includes(text);
}

// The filters of the state: {series(s), night(n)} say what passes, allNights that
// each night does. Two nights that are picked say which hosts: anyHost.
function filters(anyHost) {
	const name = nameMatcher(state.q);
	const kernel = (state.kernel || '').toLowerCase();
	const since = state.days ? newest - state.days * 86400 : -Infinity;
	const metric = state.metric || METRIC;
	return {
		allNights: !state.days && !kernel,
		series: s => (anyHost || !state.host || s.host.name === state.host) &&
			(!state.family || s.family === state.family) &&
			(metric === '*' || s.metric === metric) && name(s),
		night: n => n.time > since && (!kernel ||
			n.kernel.toLowerCase().includes(kernel) ||
			(n.commit && n.commit.startsWith(kernel))),
	};
}
