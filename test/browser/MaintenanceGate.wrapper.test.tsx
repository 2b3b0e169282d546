import css from '../../src/styles.css?raw';
import type { ReactNode } from 'react';
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
  it('a gate takes no line of its own, open or closed', async () => {
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

it('says in a short notice what does not work, and all of it to those who ask', async () => {
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

it('is no box while it is open, so that its control is an item of a flexible toolbar', async () => {
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

it.each(places)(
  'where only some elements are allowed it is one of them, and draws what it has to say: %s',
  async (as, ui) => {
    const page = await openPage(ui);
    // React tells of what is not allowed by itself; a warning fails this test.
    await page.set({ x: true });

    const gate = page.find('[data-maintenance-gate]');
    expect(gate.localName).toBe(as);
    const html = new DOMParser().parseFromString(page.body.innerHTML, 'text/html').body.innerHTML;
    expect(html).toBe(page.body.innerHTML);
    expect(gate.querySelector('[data-maintenance-title]')?.getBoundingClientRect().width).toBeGreaterThan(20);
  },
);

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
])('tells a developer where it cannot work, once: in %s', async (where, advice, ui) => {
  // React tells of some of them in its own words.
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const page = await openPage(ui);
  await page.set({ x: true });

  const ours = told.mock.calls.map(String).filter((text) => text.includes('misplaced-gate'));
  expect(ours).toEqual([expect.stringContaining(`a <div> in ${where}`)]);
  expect(ours[0]).toContain(advice);
});
