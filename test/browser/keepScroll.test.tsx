import { MaintenanceBanner, MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { server } from 'vitest/browser';
import { frames, openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay', 'disable', 'read-only'];

// Safari scrolls by whole pixels.
const wholePixel = 1;

// Switches off the scroll anchoring of Chromium.
function forbidAnchoring(): void {
  document.documentElement.style.overflowAnchor = 'none';
}

afterEach(() => {
  document.documentElement.style.overflowAnchor = '';
});

describe('the scroll position, in a browser without scroll anchoring', () => {
  beforeEach(() => {
    forbidAnchoring();
    vi.spyOn(CSS, 'supports').mockReturnValue(false);
  });

  it.each(behaviors)('shows the same content when a gate above closes and reopens: %s', async (closed) => {
    const page = await openPage(<Page closed={closed} />);
    const before = await scrollOn();

    await page.set({ search: true });
    expect(Math.abs(topOf('#target') - before)).toBeLessThanOrEqual(wholePixel);
    await page.set({ search: false });

    expect(Math.abs(topOf('#target') - before)).toBeLessThanOrEqual(wholePixel);
  });

  it('shows the same content below a sticky header, and when a banner appears and disappears', async () => {
    const page = await openPage(
      <>
        <MaintenanceBanner />
        <header style={{ position: 'sticky', top: 0, height: 60, background: 'gold' }}>Shop</header>
        <Page closed="hide" />
      </>,
    );
    const before = await scrollOn();

    await page.set({ search: true });
    expect(page.find('[data-maintenance-banner]').offsetHeight).toBeGreaterThan(20);
    expect(Math.abs(topOf('#target') - before)).toBeLessThanOrEqual(wholePixel);
    await page.set({ search: false });

    expect(Math.abs(topOf('#target') - before)).toBeLessThanOrEqual(wholePixel);
  });

  it('does not change when a visible gate closes', async () => {
    const page = await openPage(<Page closed="overlay" />);
    scrollTo(0, 850);
    await frames();

    await page.set({ search: true });

    expect(scrollY).toBe(850);
  });
});

it('leaves the scroll position to browsers with scroll anchoring', async () => {
  if (!CSS.supports('overflow-anchor', 'none')) throw new Error('Only in Chromium: forbidding it');
  if (server.browser === 'firefox') {
    throw new Error(
      'Only in Chromium: Firefox anchors although `overflow-anchor: none` on the root forbids it',
    );
  }
  forbidAnchoring();
  const page = await openPage(<Page closed="overlay" />);
  const before = await scrollOn();

  await page.set({ search: true });

  expect(scrollY).toBe(1100);
  expect(topOf('#target')).toBeGreaterThan(before + 20);
});

function Page({ closed }: { closed: ClosedBehavior }) {
  return (
    <>
      <div style={{ height: 900 }}>Above</div>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="search" />
      </MaintenanceGate>
      <p id="target">In sight</p>
      <div style={{ height: 2000 }}>Below</div>
    </>
  );
}

async function scrollOn(): Promise<number> {
  document.querySelector<HTMLElement>('#search')?.focus();
  scrollTo(0, 1100);
  await frames();
  return topOf('#target');
}

function topOf(selector: string): number {
  return document.querySelector(selector)?.getBoundingClientRect().top ?? NaN;
}
