// The page of bench/gates.mjs: many parts that close at once, with gates or with the attribute `hidden`.
import { createElement as h, memo, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { defineFeatures, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';

const features = defineFeatures({ shop: { flag: 'shop', label: 'Shop' } });
const source = memorySource({ shop: false });
const listeners = new Set();
let isClosed = false;
let outside;

/** Rows of five elements. */
const Part = memo(function Part({ elements }) {
  return Array.from({ length: elements / 5 }, (_, row) =>
    h(
      'div',
      { key: row },
      h('span', null, `Order ${row}`),
      h('input', { defaultValue: 'one' }),
      h('button', null, 'Send'),
      h('a', { href: '#order' }, 'Details'),
    ),
  );
});

function Hidden({ children }) {
  const hidden = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isClosed,
  );
  return h('div', { hidden }, children);
}

globalThis.start = async ({ how, gates, elements }) => {
  const parts = Array.from({ length: gates }, (_, index) => {
    const part = h(Part, { elements });
    return how === 'hidden'
      ? h(Hidden, { key: index }, part)
      : h(MaintenanceGate, { key: index, feature: 'shop', whenClosed: how }, part);
  });
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  flushSync(() => root.render(h(MaintenanceProvider, { source, features }, parts)));
  outside = document.body.appendChild(document.createElement('div'));
  outside.append(document.createElement('textarea'), document.createElement('p'));
  await settled();
};

globalThis.measureOnce = async () => {
  const [field, text] = outside.children;
  field.value = '';
  field.focus({ preventScroll: true });
  const times = {};
  times.close = await timeOf(() => set(true));
  const gate = document.querySelector('[data-maintenance-gate]');
  if (gate && gate.dataset.maintenanceState !== 'closed') throw new Error('The gates did not close');
  times.change = await timeOf(() => {
    const rows = Array.from({ length: 100 }, () => document.createElement('i'));
    for (const row of rows) row.append('An ', document.createElement('b'));
    text.replaceChildren(...rows);
  });
  times.type = await timeOf(() => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, composed: true }));
    document.execCommand('insertText', false, 'a');
    field.dispatchEvent(new KeyboardEvent('keyup', { key: 'a', bubbles: true, composed: true }));
  });
  if (field.value !== 'a') throw new Error('The field did not take the text');
  times.open = await timeOf(() => set(false));
  return times;
};

function set(closed) {
  isClosed = closed;
  source.set('shop', closed);
  for (const listener of listeners) listener();
}

/** The time until the page has changed, with its effects, observers and layout. */
async function timeOf(change) {
  await settled();
  const started = performance.now();
  change();
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTask();
    void document.body.offsetHeight;
  }
  return performance.now() - started;
}

function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Waits until the page is painted and idle. */
function settled() {
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))),
  );
}
