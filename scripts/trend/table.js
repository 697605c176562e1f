// SPDX-License-Identifier: GPL-2.0-or-later
// Tables. Roles are written out, as the style for small screens takes rows out
// of the table layout, which hides them from some screen readers.
'use strict';

const cell = (name, label, ...children) =>
	el('td', {role: 'cell', class: name, 'data-label': label}, ...children);

const rowHead = (name, ...children) =>
	el('th', {role: 'rowheader', scope: 'row', class: name}, ...children);

const row = (...cells) => el('tr', {role: 'row'}, ...cells);

// state.sort is "KEY" or "-KEY".
function sortState(key) {
	if (state.sort === key)
		return 'ascending';
	return state.sort === '-' + key ? 'descending' : 'none';
}

function headCell(column) {
	const attributes = {role: 'columnheader', scope: 'col', class: column.class};
	if (!column.sort)
		return el('th', attributes, column.title);
	const now = sortState(column.key);
	// Numbers are most wanted from the greatest down.
	const first = column.numeric ? '-' + column.key : column.key;
	const second = column.numeric ? column.key : '-' + column.key;
	const next = state.sort === first ? second : state.sort === second ? '' : first;
	return el('th', {...attributes, 'aria-sort': now},
		el('button', {type: 'button', class: 'sort', 'data-key': column.key,
			click: () => sortBy(column.key, next)}, column.title,
		el('span', {class: 'arrow', 'aria-hidden': 'true'},
			now === 'ascending' ? '▲' : now === 'descending' ? '▼' : '↕')));
}

function sortBy(key, next) {
	replaceState({sort: next});
	document.querySelector(`main > :not([hidden]) [data-key="${key}"]`)?.focus();
}

// columns: [{key, title, class, sort(row), numeric}]
function makeTable(name, caption, columns, bodies) {
	return el('table', {role: 'table', class: name},
		el('caption', {class: 'hidden'}, caption),
		el('thead', {role: 'rowgroup'},
			el('tr', {role: 'row'}, columns.map(headCell))),
		bodies);
}

const tableBody = (...rows) => el('tbody', {role: 'rowgroup'}, ...rows);

// What has no value is last in either direction.
function sortRows(rows, columns) {
	const key = (state.sort || '').replace(/^-/, '');
	const column = columns.find(c => c.key === key && c.sort);
	if (!column)
		return rows;
	const sign = state.sort.startsWith('-') ? -1 : 1;
	const none = v => v === null || v === undefined || Number.isNaN(v);
	return rows.map(r => [column.sort(r), r]).sort(([x], [y]) => {
		if (none(x) || none(y))
			return none(x) - none(y);
		return sign * (x < y ? -1 : x > y ? 1 : 0);
	}).map(([, r]) => r);
}

// The first rows, and a button for the others.
const FEW = 60;

function moreRow(makers, title) {
	const more = row(el('td', {role: 'cell', colspan: '9', class: 'more'},
		el('button', {type: 'button', click: () => {
			const added = makers.map(make => make());
			more.replaceWith(...added);
			added[0].querySelector('a, button')?.focus();
		}}, title)));
	return more;
}

function showFew(body, makers) {
	body.append(...makers.slice(0, FEW).map(make => make()));
	if (makers.length > FEW)
		body.append(moreRow(makers.slice(FEW), 'Show all that is older'));
}

// "+3.2 %", with what it means in words and in a colour.
function changeText(value, text) {
	const kind = value > 0 ? 'worse' : value < 0 ? 'better' : 'same';
	return el('span', {class: kind},
		el('span', {'aria-hidden': 'true'},
			value > 0 ? '▲ ' : value < 0 ? '▼ ' : ''),
		text, unseen(kind === 'same' ? '' : `, ${kind}`));
}

// Percent, or where the base is 0, the shift itself.
function changeOf(c, s) {
	if (c.percent.value !== null)
		return changeText(c.percent.value, percent(c.percent));
	return changeText(c.shift.value,
		`${fixed(c.shift.value, places(half(c.shift)), true)} ${unitOf(s, true)}`);
}

const size = c => c.percent.value ?? Math.sign(c.shift.value) * Infinity;

// "2410 → 2489 ±12 ticks"
const levelsText = (c, s) => [el('span', {class: 'number'}, median(c.before)), ' → ',
	valueText(c.after, s)];

// "2489 ±12 ticks"
function valueText(e, s) {
	return [el('span', {class: 'number'}, median(e)), ' ',
		el('span', {class: 'dim'},
			s.exact ? '' : plusMinus(e) + ' ', unitOf(s, true))];
}
