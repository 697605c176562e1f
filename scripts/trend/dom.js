// SPDX-License-Identifier: GPL-2.0-or-later
// Elements. Texts become text nodes, never markup: names come from files.
'use strict';

function put(node, attributes, children) {
	for (const [name, value] of Object.entries(attributes || {})) {
		if (typeof value === 'function')
			node.addEventListener(name, value);
		else if (value === true)
			node.setAttribute(name, '');
		else if (value !== false && value !== null && value !== undefined)
			node.setAttribute(name, value);
	}
	node.append(...children.flat(Infinity).filter(c => c !== null && c !== undefined));
	return node;
}

const el = (tag, attributes, ...children) =>
	put(document.createElement(tag), attributes, children);

const svg = (tag, attributes, ...children) =>
	put(document.createElementNS('http://www.w3.org/2000/svg', tag),
		attributes, children);

const byId = id => document.getElementById(id);

// Told by a screen reader, not shown.
const unseen = text => el('span', {class: 'hidden'}, text);

function say(text) {
	byId('live').textContent = text;
}

// Calls fill(node) when node comes near the screen, once.
const whenSeen = (() => {
	const waiting = new Map();
	const observer = new IntersectionObserver(entries => {
		for (const {isIntersecting, target} of entries) {
			if (!isIntersecting)
				continue;
			observer.unobserve(target);
			waiting.get(target)(target);
			waiting.delete(target);
		}
	}, {rootMargin: '300px'});
	return (node, fill) => {
		waiting.set(node, fill);
		observer.observe(node);
	};
})();
