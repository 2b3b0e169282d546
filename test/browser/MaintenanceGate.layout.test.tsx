import 'react-maintenance-mode/styles.css';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import { frames, openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const guards: readonly ClosedBehavior[] = ['disable', 'read-only'];

describe.each(behaviors)('a gate that closes with %s', (closed) => {
  it('keeps its size, so that nothing on the page moves', async () => {
    const page = await openPage(<Page closed={closed} />);
    const before = whereThingsAre();

    await page.set({ search: true });
    expect(whereThingsAre()).toEqual(before);
    await page.set({ search: false });

    expect(whereThingsAre()).toEqual(before);
    expect(page.layoutShift()).toBeLessThanOrEqual(0.01);
    expect(page.find('[data-maintenance-gate]').getAttribute('style')).toBe('display: contents;');
    expect(page.find('[data-maintenance-content]').getAttribute('style')).toBe('display: contents;');
  });

  it.each([{}, { className: 'box' }])(
    'does not make the page scroll sideways when the window gets narrow (WCAG 1.4.10): %o',
    async (attributes) => {
      const page = await openPage(
        <div style={{ display: 'flex' }}>
          <MaintenanceGate feature="search" whenClosed={closed} {...attributes}>
            <p style={{ inlineSize: 600, maxInlineSize: '50vw' }}>A text that is as wide as it can be</p>
          </MaintenanceGate>
          <p id="after">After</p>
        </div>,
      );
      onTestFinished(() => browser.viewport(1280, 720));
      await page.set({ search: true });

      await browser.viewport(320, 720);
      await frames();

      const { right } = page.find('#after').getBoundingClientRect();
      expect(right).toBeLessThanOrEqual(document.documentElement.clientWidth);
    },
  );

  it('ends its listeners on the window when it unmounts', async () => {
    const page = await openPage(<Page closed={closed} />);
    const listen = vi.spyOn(window, 'addEventListener');
    onTestFinished(() => listen.mockRestore());
    const signals = () =>
      listen.mock.calls.flatMap(([type, , options]) =>
        typeof options === 'object' && options.signal ? [[type, options.signal.aborted] as const] : [],
      );

    await page.set({ search: true });
    expect(signals()).toContainEqual(['resize', false]);
    await page.render(null);

    expect(signals().filter(([, aborted]) => !aborted)).toEqual([]);
  });

  it('keeps its width beside other elements, and releases it on a narrow page', async () => {
    const page = await openPage(
      <div id="row" style={{ display: 'flex', width: 600 }}>
        <MaintenanceGate feature="search" whenClosed={closed} fallback="Later." style={{ minInlineSize: 10 }}>
          <div style={{ width: 300, maxWidth: '100%', height: 60 }} />
        </MaintenanceGate>
        <p>Beside</p>
      </div>,
    );
    await page.set({ search: true });
    expect(page.find('[data-maintenance-gate]').offsetWidth).toBe(300);

    page.find('#row').style.width = '200px';
    await frames();
    expect(page.find('[data-maintenance-gate]').offsetWidth).toBeLessThanOrEqual(200);
    await page.set({ search: false });

    expect(page.find('[data-maintenance-gate]').style.minInlineSize).toBe('10px');
  });
});

describe.each(guards)('the content of a gate that closes with %s', (closed) => {
  it('can be scrolled to completely in the space that its notice leaves', async () => {
    const page = await openPage(<Page closed={closed} />);

    await page.set({ search: true });
    const content = page.find('[data-maintenance-content]');
    content.scrollTop = content.scrollHeight;

    expect(content.scrollHeight).toBe(300);
    const notice = page.find('[data-maintenance-notice]').getBoundingClientRect();
    expect(page.find('#last').getBoundingClientRect().bottom).toBeLessThanOrEqual(notice.top);
  });

  it('scrolls so that the notice does not cover the focused element', async () => {
    const page = await openPage(<Page closed={closed} />);
    page.find('#last').focus();

    await page.set({ search: true });

    const notice = page.find('[data-maintenance-notice]').getBoundingClientRect();
    expect(page.find('#last').getBoundingClientRect().bottom).toBeLessThanOrEqual(notice.top);
    expect(document.activeElement).toBe(page.find('#last'));
  });

  it('stays at full height if there is no room for both', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <button id="small" style={{ display: 'block', height: 40 }}>
          Send
        </button>
      </MaintenanceGate>,
    );

    await page.set({ search: true });

    const notice = page.find('[data-maintenance-notice]').getBoundingClientRect();
    expect(page.find('[data-maintenance-content]').offsetHeight).toBe(40);
    expect(page.find('#small').getBoundingClientRect().bottom).toBeLessThanOrEqual(notice.top);
    expect(page.find('[data-maintenance-gate]').getBoundingClientRect().bottom).toBeCloseTo(notice.bottom);
  });
});

describe.each(guards)('low content in a gate that closes with %s', (closed) => {
  it.each([
    ['margins of its own', <p style={{ margin: '16px 0' }}>Two seats</p>],
    [
      'margins of what is inside',
      <section>
        <p style={{ margin: '16px 0' }}>Two seats</p>
      </section>,
    ],
    ['a field', <input aria-label="Seats" style={{ display: 'block', margin: 8, height: 40 }} />],
  ])('has no scroll bar: %s', async (_what, children) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        {children}
      </MaintenanceGate>,
    );

    await page.set({ search: true });

    const content = page.find('[data-maintenance-content]');
    const notice = page.find('[data-maintenance-notice]').getBoundingClientRect();
    expect(content.offsetWidth - content.clientWidth).toBe(0);
    expect(content.getBoundingClientRect().bottom).toBeLessThanOrEqual(notice.top);
  });
});

it.each([
  ['disable', 0],
  ['disable', 900],
  ['overlay', 900],
] as const)(
  'a child whose height is that of the parent around the gate keeps its height: %s, with rows of %i pixels',
  async (closed, rows) => {
    const page = await openPage(
      <div style={{ height: 300 }}>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <div id="list" style={{ height: '100%', overflow: 'auto' }}>
            <div style={{ height: rows }} />
          </div>
        </MaintenanceGate>
      </div>,
    );

    await page.set({ search: true });
    const { offsetHeight } = page.find('#list');
    await page.set({ search: false });

    // With "disable", the notice takes a part of it.
    expect(offsetHeight).toBeGreaterThan(150);
    expect(offsetHeight).toBeLessThanOrEqual(300);
    expect(page.find('#list').offsetHeight).toBe(300);
    expect(page.layoutShift()).toBeLessThan(0.01);
  },
);

describe.each([...guards, 'overlay'] as const)('the notice of a tall gate that closes with %s', (closed) => {
  it('is visible at every scroll position of the gate', async () => {
    const page = await openPage(<TallPage closed={closed} />);
    await page.set({ search: true });

    for (const top of [0, 700, 1400]) {
      scrollTo(0, top);
      const { top: start, bottom } = page.find('[data-maintenance-notice]').getBoundingClientRect();
      expect(start).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(innerHeight);
    }
  });
});

it.each(guards)('never covers the focused element with its notice: %s', async (closed) => {
  const page = await openPage(<TallPage closed={closed} />);
  await page.set({ search: true });

  page.find('#field0').focus();
  for (let stop = 1; stop < 20; stop += 1) {
    await userEvent.keyboard('{Tab}');
    await frames();
    const { left, top, bottom } = page.find(`#field${stop}:focus`).getBoundingClientRect();
    for (const y of [top + 1, bottom - 1]) {
      expect(document.elementFromPoint(left + 5, y)?.id).toBe(`field${stop}`);
    }
  }
});

it.each(guards)('scrolls an element that gets focus behind its notice into view: %s', async (closed) => {
  const page = await openPage(<TallPage closed={closed} />);
  await page.set({ search: true });
  const notice = page.find('[data-maintenance-notice]');
  const field = page.find('#field10');
  const bottomOf = () => field.getBoundingClientRect().bottom;
  scrollBy(0, bottomOf() - notice.getBoundingClientRect().top - 10);
  expect(bottomOf()).toBeGreaterThan(notice.getBoundingClientRect().top);

  // WebKit scrolls like this at Tab, without regard to the notice.
  field.focus({ preventScroll: true });
  await frames();

  expect(bottomOf()).toBeLessThanOrEqual(notice.getBoundingClientRect().top);
});

it.each(behaviors)('keeps its size when it changes from %s to another closed behavior', async (closed) => {
  const page = await openPage(<Page closed={closed} />);
  const before = whereThingsAre();
  await page.set({ search: true });

  for (const next of behaviors) {
    await page.render(<Page closed={next} />);
    expect(whereThingsAre()).toEqual(before);
  }
  await page.set({ search: false });

  expect(whereThingsAre()).toEqual(before);
  expect(page.find('[data-maintenance-gate]').getAttribute('style')).toBe('display: contents;');
});

it('would move the page if a part was replaced without keeping its size: these tests would fail', async () => {
  const page = await openPage(<Page closed="replace" />);

  await page.set({ search: true });
  page.find('[data-maintenance-gate]').style.minBlockSize = '';
  await frames();

  expect(page.layoutShift()).toBeGreaterThan(0.05);
});

function Page({ closed }: { closed: ClosedBehavior }) {
  return (
    <>
      <p id="before">Before</p>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div style={{ height: 300, display: 'flow-root', position: 'relative' }}>
          <p>First</p>
          <input id="last" style={{ position: 'absolute', insetBlockEnd: 0 }} />
        </div>
      </MaintenanceGate>
      <div id="after" style={{ height: 300, background: 'silver' }}>
        After
      </div>
    </>
  );
}

function TallPage({ closed }: { closed: ClosedBehavior }) {
  return (
    <MaintenanceGate feature="search" whenClosed={closed}>
      {Array.from({ length: 20 }, (_, at) => (
        <input key={at} id={`field${at}`} style={{ display: 'block', marginBlockEnd: 90 }} />
      ))}
    </MaintenanceGate>
  );
}

function whereThingsAre(): unknown {
  return [...document.querySelectorAll('#before,#after')].map((element) =>
    element.getBoundingClientRect().toJSON(),
  );
}
