import css from '../../src/styles.css?raw';
import type { CSSProperties, ReactNode } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

function useOurStyles(): void {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = css;
  onTestFinished(() => style.remove());
}

function Toolbar({ children }: { children: ReactNode }) {
  return (
    <div id="toolbar">
      <button>Open</button> {children} <button>Close</button>
    </div>
  );
}

const exporting = <button id="export">Export</button>;

describe.each(behaviors)('around one button of a toolbar, with as="span" and %s', (closed) => {
  it('a gate does not break the line, open or closed', async () => {
    useOurStyles();
    const page = await openPage(<Toolbar>{exporting}</Toolbar>);
    const without = page.find('#toolbar').offsetHeight;
    await page.render(
      <Toolbar>
        <MaintenanceGate feature="export" as="span" whenClosed={closed}>
          {exporting}
        </MaintenanceGate>
      </Toolbar>,
    );

    expect(page.find('#toolbar').offsetHeight).toBe(without);
    await page.set({ export: { endsAt: Date.now() + 3_600_000 } });
    expect(page.find('#toolbar').offsetHeight).toBeLessThanOrEqual(without + 4);
    await page.set({ export: false });
    expect(page.find('#toolbar').offsetHeight).toBe(without);
  });
});

const rows: Record<string, CSSProperties> = {
  'a line of buttons': {},
  'a flexible row': { display: 'flex', gap: 8, alignItems: 'center' },
  'a flexible row that stretches its items': { display: 'flex', height: 40 },
  'a grid': { display: 'grid', gridAutoFlow: 'column', justifyContent: 'start', gap: 8 },
};

function Row({ style, gate }: { style: CSSProperties | undefined; gate: (child: ReactNode) => ReactNode }) {
  return (
    <div id="toolbar" style={style}>
      <button id="open">Open</button> {gate(exporting)} <button id="close">Close</button>
    </div>
  );
}

function topsOf(...ids: string[]): number[] {
  return ids.map((id) => document.getElementById(id)?.getBoundingClientRect().top ?? NaN);
}

describe.each(Object.keys(rows))('around one button of %s, without as', (name) => {
  it.each(behaviors)('a gate stays on the line when it closes: %s', async (closed) => {
    useOurStyles();
    const page = await openPage(
      <Row
        style={rows[name]}
        gate={(child) => (
          <MaintenanceGate feature="export" whenClosed={closed}>
            {child}
          </MaintenanceGate>
        )}
      />,
    );
    const height = page.find('#toolbar').offsetHeight;
    const tops = topsOf('open', 'close');
    const left = page.find('#export').getBoundingClientRect().left;
    const button = page.find('#export');
    button.focus();

    await page.set({ export: { endsAt: Date.now() + 3_600_000 } });

    expect(page.find('#toolbar').offsetHeight).toBeLessThanOrEqual(height + 4);
    for (const [at, top] of topsOf('open', 'close').entries()) {
      expect(Math.abs(top - (tops[at] ?? NaN))).toBeLessThanOrEqual(2);
    }
    expect(document.querySelector('[data-maintenance-inline]')?.textContent).toBe(
      closed === 'hide' ? undefined : 'export: unavailable',
    );
    if (closed !== 'hide' && closed !== 'replace') {
      expect(button.getBoundingClientRect().left).toBeCloseTo(left, 1);
    }
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ export: false });
    expect(page.find('#toolbar').offsetHeight).toBe(height);
    expect(topsOf('open', 'close')).toEqual(tops);
    expect(page.find('#export').getBoundingClientRect().left).toBeCloseTo(left, 1);
    expect(page.find('#export')).toBe(button);
    expect(document.activeElement).toBe(button);
  });
});

it.each<[string, ReactNode, ReactNode]>([
  ['a text', 'Total:', '12 pieces'],
  ['a button in a tooltip', <button key="1">Open</button>, <span key="2">{exporting}</span>],
  [
    'a checkbox with its label',
    <button key="3">Open</button>,
    <label key="4">
      <input type="checkbox" /> Drafts
    </label>,
  ],
])('stays on the line around %s', async (_, before, child) => {
  const page = await openPage(
    <div id="toolbar">
      {before} <MaintenanceGate feature="export">{child}</MaintenanceGate>
    </div>,
  );
  const height = page.find('#toolbar').offsetHeight;

  await page.set({ export: true });

  expect(page.find('#toolbar').offsetHeight).toBeLessThanOrEqual(height + 4);
});

it.each<[string, CSSProperties, ReactNode, ReactNode]>([
  ['a button with a line to itself', {}, <p key="1">Text</p>, exporting],
  ['a button below others', { display: 'grid' }, <button key="2">Open</button>, exporting],
  ['more than a control', { display: 'flex' }, <button key="3">Open</button>, <p key="4">Text</p>],
  [
    'a field that people type into',
    {},
    <label key="5" htmlFor="field">
      Text
    </label>,
    <input key="6" id="field" />,
  ],
  [
    'a field of a form, which cannot be sent without it',
    {},
    <button key="7" form="form">
      Send
    </button>,
    <input key="8" type="checkbox" aria-label="Terms" form="form" />,
  ],
])('shows its whole notice around %s', async (_, style, before, child) => {
  const page = await openPage(
    <div style={style}>
      <form id="form" />
      {before}
      <MaintenanceGate feature="export">{child}</MaintenanceGate>
    </div>,
  );

  await page.set({ export: true });

  expect(page.find('[data-maintenance-notice]').checkVisibility()).toBe(true);
});

it('keeps the link of the operator in a short notice', async () => {
  const page = await openPage(
    <Row style={{}} gate={(child) => <MaintenanceGate feature="export">{child}</MaintenanceGate>} />,
  );

  await page.set({ export: { link: { href: '/status', text: 'Status' } } });

  expect(page.find('[data-maintenance-inline] a').textContent).toBe('Status');
});

it('shows what does not work in a short notice, and has the whole text as its accessible name', async () => {
  const page = await openPage(
    <Toolbar>
      <MaintenanceGate feature="export" as="span">
        {exporting}
      </MaintenanceGate>
    </Toolbar>,
  );

  await page.set({ export: { message: 'Back at six.' } });

  const notice = page.find('[data-maintenance-inline]');
  expect(notice.textContent).toBe('export: unavailable');
  expect(notice.title).toBe('export is unavailable. Back at six.');
  expect(notice.getAttribute('aria-label')).toBe(notice.title);
});

it('has no box while it is open, so that its control is an item of a flexible toolbar', async () => {
  const page = await openPage(
    <div style={{ display: 'flex', height: 80 }}>
      <MaintenanceGate feature="export" as="span">
        {exporting}
      </MaintenanceGate>
    </div>,
  );

  expect(page.find('#export').offsetHeight).toBe(80);
});

const places: [string, ReactNode][] = [
  [
    'span',
    <p key="p">
      A text with{' '}
      <MaintenanceGate feature="x" as="span">
        words
      </MaintenanceGate>
    </p>,
  ],
  [
    'span',
    <button key="button" type="button">
      <MaintenanceGate feature="x" as="span">
        Send
      </MaintenanceGate>
    </button>,
  ],
  [
    'li',
    <ul key="ul">
      <MaintenanceGate feature="x" as="li">
        One
      </MaintenanceGate>
    </ul>,
  ],
  [
    'td',
    <table key="table">
      <tbody>
        <tr>
          <MaintenanceGate feature="x" as="td">
            One
          </MaintenanceGate>
        </tr>
      </tbody>
    </table>,
  ],
  [
    'g',
    <svg key="svg" width="200" height="40">
      <MaintenanceGate feature="x" as="g">
        <rect width="20" height="20" />
      </MaintenanceGate>
    </svg>,
  ],
];

it.each(places)('renders an element that its parent allows, with a visible title: %s', async (as, ui) => {
  const page = await openPage(ui);
  // React warns about invalid nesting, and a warning fails this test.
  await page.set({ x: true });

  const gate = page.find('[data-maintenance-gate]');
  expect(gate.localName).toBe(as);
  const html = new DOMParser().parseFromString(page.body.innerHTML, 'text/html').body.innerHTML;
  expect(html).toBe(page.body.innerHTML);
  expect(gate.querySelector('[data-maintenance-title]')?.getBoundingClientRect().width).toBeGreaterThan(20);
});

it.each([
  ['<p>', 'as="span"', <p key="1">{<MaintenanceGate feature="x" />}</p>],
  ['<ul>', 'as="li"', <ul key="2">{<MaintenanceGate feature="x" />}</ul>],
  [
    '<tr>',
    'as="td"',
    <table key="3">
      <tbody>
        <tr>
          <MaintenanceGate feature="x" />
        </tr>
      </tbody>
    </table>,
  ],
  [
    '<tbody>',
    'around the whole',
    <table key="4">
      <tbody>
        <MaintenanceGate feature="x" />
      </tbody>
    </table>,
  ],
  [
    '<svg>',
    'as="g"',
    <svg key="5">
      <MaintenanceGate feature="x" />
    </svg>,
  ],
  [
    '<button>',
    'as="span"',
    <button key="6" type="button">
      <MaintenanceGate feature="x" />
    </button>,
  ],
  [
    '<b>',
    'as="span"',
    <p key="7">
      Text <b>{<MaintenanceGate feature="x" />}</b>
    </p>,
  ],
])('warns a developer once if it cannot work: in %s', async (where, advice, ui) => {
  // React also warns about some of them.
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const page = await openPage(ui);
  await page.set({ x: true });

  const ours = told.mock.calls.map(String).filter((text) => text.includes('misplaced-gate'));
  expect(ours).toEqual([expect.stringContaining(`a <div> in ${where}`)]);
  expect(ours[0]).toContain(advice);
});
