import type { CSSProperties, ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import {
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
  type ClosedBehavior,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import 'react-maintenance-mode/styles.css';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { server } from 'vitest/browser';
import { inTurn } from '../inTurn.js';
import { frames, openPage } from './openPage.js';

const hiding: readonly ClosedBehavior[] = ['replace', 'hide'];
const showing: readonly ClosedBehavior[] = ['disable', 'read-only', 'overlay'];

/** What a gate stands in, and what is in the gate. */
interface Layout {
  readonly parent: CSSProperties;
  readonly child: CSSProperties;
  readonly children?: ReactNode;
}

const layouts: Record<string, Layout> = {
  'blocks whose margins collapse': { parent: { width: 900 }, child: { height: 300, margin: '24px 0' } },
  'blocks whose margins collapse through what is inside': {
    parent: { width: 900 },
    child: { marginBlockStart: 8 },
    children: <div style={{ height: 300, margin: '32px 0' }} />,
  },
  'a flexible row': {
    parent: { display: 'flex', gap: 10, width: 900 },
    child: { flex: 1, height: 300, margin: 5 },
  },
  'a flexible row that pushes it to its end': {
    parent: { display: 'flex', width: 900 },
    child: { width: 500, height: 300, marginInlineStart: 'auto' },
  },
  'a flexible column that it fills': {
    parent: { display: 'flex', flexDirection: 'column', height: 600 },
    child: { flex: 1, minHeight: 0 },
  },
  'a grid, in columns of its choice': {
    parent: { display: 'grid', gridTemplateColumns: '100px 1fr 1fr', gap: 10, width: 900 },
    child: { gridColumn: '2 / 4', height: 300 },
  },
  'a grid, at the end of its cell': {
    parent: { display: 'grid', gridTemplateColumns: '1fr 600px', width: 900 },
    child: { gridColumn: 2, justifySelf: 'end', width: 500, height: 300 },
  },
};

function Place({ layout, gate }: { layout: Layout; gate?: ClosedBehavior | undefined }) {
  const child = (
    <div id="child" style={layout.child}>
      {layout.children}
    </div>
  );
  return (
    <div id="parent" style={layout.parent}>
      <p id="before">Before</p>
      {gate ? (
        <MaintenanceGate feature="search" whenClosed={gate}>
          {child}
        </MaintenanceGate>
      ) : (
        child
      )}
      <p id="after">After</p>
    </div>
  );
}

/** Where things are, to a tenth of a pixel. */
function rectsOf(...ids: string[]): unknown {
  const round = (value: number) => Math.round(value * 10) / 10;
  return ids.map((id) => {
    const { left, top, width, height } =
      document.getElementById(id)?.getBoundingClientRect() ?? new DOMRect();
    return { id, left: round(left), top: round(top), width: round(width), height: round(height) };
  });
}

describe.each(Object.entries(layouts))('in %s', (name, layout) => {
  const behaviors = [hiding, showing].flatMap((some) => inTurn(some, name, Object.keys(layouts)));

  it('an open gate has no layout of its own', async () => {
    const page = await openPage(<Place layout={layout} />);
    const without = rectsOf('parent', 'before', 'child', 'after');

    await page.render(<Place layout={layout} gate="replace" />);

    expect(rectsOf('parent', 'before', 'child', 'after')).toEqual(without);
  });

  it.each(behaviors)('nothing moves when it closes and reopens: %s', async (closed) => {
    const page = await openPage(<Place layout={layout} gate={closed} />);
    const before = rectsOf('parent', 'before', 'after', 'child');
    const others = rectsOf('parent', 'before', 'after');
    const child = page.find('#child').getBoundingClientRect();

    await page.set({ search: true });

    expect(rectsOf('parent', 'before', 'after')).toEqual(others);
    const now = page.find('#child').getBoundingClientRect();
    if (closed !== 'replace' && closed !== 'hide') {
      expect(now.left).toBeCloseTo(child.left, 1);
      expect(now.top).toBeCloseTo(child.top, 1);
      expect(now.width).toBeCloseTo(child.width, 1);
    }
    await page.set({ search: false });

    expect(rectsOf('parent', 'before', 'after', 'child')).toEqual(before);
    if (server.browser === 'chromium') expect(page.layoutShift()).toBeLessThanOrEqual(0.01);
  });
});

const button = <button id="export">Export</button>;

it('does not break the line while it is open, around a button of a toolbar', async () => {
  const toolbar = (middle: ReactNode) => (
    <div id="toolbar">
      <button>Open</button> {middle} <button>Close</button>
    </div>
  );
  const page = await openPage(toolbar(button));
  const without = rectsOf('toolbar', 'export');
  vi.spyOn(console, 'error').mockImplementation(() => {});

  await page.render(toolbar(<MaintenanceGate feature="export">{button}</MaintenanceGate>));

  expect(rectsOf('toolbar', 'export')).toEqual(without);
  await page.set({ export: true });
  await page.set({ export: false });
  expect(rectsOf('toolbar', 'export')).toEqual(without);
});

it('keeps its children as items of a flexible row, however many there are', async () => {
  const items = [1, 2, 3].map((width) => <div key={width} style={{ width: width * 50, height: 300 }} />);
  const page = await openPage(
    <div style={{ display: 'flex', gap: 20 }}>
      <MaintenanceGate feature="search" whenClosed="disable">
        {items}
      </MaintenanceGate>
      <p id="after">After</p>
    </div>,
  );
  const places = () =>
    [...page.find('[data-maintenance-content]').children].map((item) => item.getBoundingClientRect().left);
  const before = places();
  const after = rectsOf('after');

  await page.set({ search: true });

  expect(places()).toEqual(before);
  expect(rectsOf('after')).toEqual(after);
});

it.each([{ className: 'card' }, { style: { padding: 10 } }, { id: 'search' }, { hidden: true }])(
  'has a box, open and closed, if it has a prop for its element: %o',
  async (given) => {
    const page = await openPage(
      <MaintenanceGate feature="search" {...given}>
        {button}
      </MaintenanceGate>,
    );

    const { display } = getComputedStyle(page.find('[data-maintenance-gate]'));
    expect(display).toBe('hidden' in given ? 'none' : 'flow-root');
  },
);

it('lets a full-height app fill the page while the page is open', async () => {
  const page = await openPage(
    <div style={{ height: 700 }}>
      <MaintenancePage feature="site">
        <MaintenanceGate feature="search">
          <div id="child" style={{ height: '100%' }} />
        </MaintenanceGate>
      </MaintenancePage>
    </div>,
  );

  expect(page.find('#child').offsetHeight).toBe(700);
});

it.each(['with our stylesheet', 'without it'])(
  'has no box if a content security policy forbids inline styles: %s',
  async (stylesheet) => {
    const source = memorySource({});
    const app = (
      <MaintenanceProvider source={source}>
        <MaintenanceGate feature="search">
          <div id="child" />
        </MaintenanceGate>
      </MaintenanceProvider>
    );
    const frame = document.createElement('iframe');
    const csp = `<meta http-equiv="Content-Security-Policy" content="style-src 'none'">`;
    const html = renderToString(app);
    frame.srcdoc = `<!doctype html><head>${csp}<body><div id="root">${html}</div>`;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    onTestFinished(() => frame.remove());
    await loaded;
    const { contentDocument: inside, contentWindow: view } = frame;
    const container = inside?.getElementById('root');
    if (!inside || !view || !container) throw new Error('The frame has no document.');
    if (stylesheet === 'with our stylesheet') {
      // Content security policies do not apply to constructed style sheets.
      const sheet = new (view as typeof window).CSSStyleSheet();
      sheet.replaceSync((await import('../../src/styles.css?raw')).default);
      inside.adoptedStyleSheets = [sheet];
    }
    const displayOf = (selector: string) => {
      const element = inside.querySelector(selector);
      return element && view.getComputedStyle(element).display;
    };
    if (stylesheet === 'with our stylesheet') expect(displayOf('[data-maintenance-gate]')).toBe('contents');
    // A style attribute would be reported, and the page would not be without an error.
    expect(html).not.toContain('style=');

    const root = hydrateRoot(container, app);
    onTestFinished(() => root.unmount());
    await frames();

    expect(displayOf('[data-maintenance-gate]')).toBe('contents');
    expect(displayOf('[data-maintenance-content]')).toBe('contents');
  },
);

it.each(['replace', 'hide', 'overlay'] as const)(
  'never leaves focus on <body> when it reopens and the focused element is gone: %s',
  async (closed) => {
    const ui = (field: ReactNode) => (
      <MaintenanceGate feature="search" whenClosed={closed}>
        <form>{field}</form>
      </MaintenanceGate>
    );
    const page = await openPage(ui(<input id="field" />));
    page.find('#field').focus();
    await page.set({ search: true });
    await page.render(ui(<p>Nothing to search in</p>));

    await page.set({ search: false });

    expect(document.activeElement).toBe(page.find('form'));
    expect(page.find('form').tabIndex).toBe(-1);
    page.find('form').blur();
    expect(page.find('form').outerHTML).toBe('<form><p>Nothing to search in</p></form>');
  },
);

describe('warns a developer once if it cannot keep the layout', () => {
  const told = async (ui: ReactNode) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const page = await openPage(ui);
    await page.set({ x: true });
    return error.mock.calls.map(String).filter((text) => text.includes('misplaced-gate'));
  };

  it('around several items of a grid', async () => {
    const messages = await told(
      <div style={{ display: 'grid' }}>
        <MaintenanceGate feature="x">
          <p>One</p>
          <p>Two</p>
        </MaintenanceGate>
      </div>,
    );
    expect(messages).toEqual([expect.stringContaining('several items of a grid')]);
  });

  it.each([
    ['a button with a line to itself', <MaintenanceGate key="1" feature="x" children={button} />],
    [
      'a button of a toolbar with as="span"',
      <div key="2">
        <button>Open</button>
        <MaintenanceGate feature="x" as="span">
          {button}
        </MaintenanceGate>
      </div>,
    ],
    [
      'a fallback of its own',
      <div key="3">
        <button>Open</button>
        <MaintenanceGate feature="x" fallback="Soon">
          {button}
        </MaintenanceGate>
      </div>,
    ],
  ])('and does not warn about %s', async (_, ui) => {
    expect(await told(ui)).toEqual([]);
  });
});
