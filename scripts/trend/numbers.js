// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as text, with no more digits than their interval supports, by the
// rules of harness/number-text.h, so that the page and the commands agree.
'use strict';

const NO_PLACES = -100;
const PLACES_MAX = 9;

function places(half) {
	if (!(half > 0) || !isFinite(half))
		return NO_PLACES;
	let power = Math.floor(Math.log10(half));
	const first = half / 10 ** power;
	if (first >= 9.5)
		power++;
	else if (first < 1.95 && power)
		power--;
	return Math.min(PLACES_MAX, -power);
}

// "-5" with a real minus sign; "+5" only if sign.
function fixed(value, at, sign) {
	if (value === null || Number.isNaN(value))
		return '';
	const unit = at < 0 ? 10 ** -at : 1;
	let text;
	if (at === NO_PLACES)
		text = String(Number(value.toPrecision(10)));
	else if (Math.abs(value) >= 1e12)
		text = value.toExponential(3);
	else
		text = (at < 0 ? Math.round(value / unit) * unit : value)
			.toFixed(Math.max(0, at));
	if (/^-[0.]*$/.test(text))
		text = text.slice(1);
	if (text.startsWith('-'))
		return '\u2212' + text.slice(1);
	return sign && !/^[0.]*$/.test(text) ? '+' + text : text;
}

// An estimate is {value, lo, hi, level}; level 0: nobody knows the interval.
const estimate = a => ({value: a[0], lo: a[1], hi: a[2], level: a[3]});

const half = e => Math.max(e.value - e.lo, e.hi - e.value);

function medianPlaces(e) {
	const at = places(half(e));
	if (at === NO_PLACES || e.value === 0)
		return at;
	return Math.max(at, -Math.floor(Math.log10(Math.abs(e.value))));
}

function median(e) {
	if (e.level > 0)
		return fixed(e.value, medianPlaces(e));
	return Math.abs(e.value) < 1000 ?
		fixed(Number(e.value.toPrecision(3)), NO_PLACES) :
		fixed(e.value, 0);
}

// "±13", "" when there is no noise, "±?" when nobody knows.
function plusMinus(e) {
	if (!(e.level > 0))
		return '±?';
	return half(e) > 0 ? '±' + fixed(half(e), places(half(e))) : '';
}

const level = e => `${Math.floor(Math.round(e.level * 1000) / 10)} %`;

// "2480 to 2501"
function range(e) {
	const at = medianPlaces(e);
	return `${fixed(e.lo, at)} to ${fixed(e.hi, at)}`;
}

// "+3.21 ±0.04 %" of an estimate of percent; "" when there is none.
function percent(e) {
	if (e.value === null)
		return '';
	const at = e.level > 0 && half(e) > 0 ? Math.max(0, places(half(e))) :
		plainPlaces(e.value);
	const interval = e.level > 0 && half(e) > 0 ? ' ' + plusMinus(e) : '';
	return `${fixed(e.value, at, true)}${interval} %`;
}

// Without an interval: three digits.
const plainPlaces = value => value === 0 ? 0 :
	Math.min(PLACES_MAX, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));

const two = n => String(n).padStart(2, '0');

// Seconds since 1970 as "2026-01-31", and with "12:34".
function day(time) {
	const d = new Date(time * 1000);
	return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

function minute(time) {
	const d = new Date(time * 1000);
	return `${day(time)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())} UTC`;
}

const many = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
