import 'react-maintenance-mode/styles.css';
import { MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { beforeEach, describe, expect, it } from 'vitest';
import { frames, openPage } from './openPage.js';

beforeEach(() => localStorage.clear());

describe('a banner that appears and disappears', () => {
  it('moves nothing if space is reserved for it', async () => {
    const page = await openPage(
      <Page>
        <div style={{ minHeight: 120 }}>
          <MaintenanceBanner />
        </div>
      </Page>,
    );

    await page.set({ search: true });
    expect(page.find('[data-maintenance-banner]').offsetHeight).toBeLessThanOrEqual(120);
    await page.set({ search: false });

    expect(page.layoutShift()).toBe(0);
  });

  it('moves the page if no space is reserved: these tests would fail', async () => {
    const page = await openPage(
      <Page>
        <MaintenanceBanner />
      </Page>,
    );

    await page.set({ search: true });

    expect(page.layoutShift()).toBeGreaterThan(0.01);
  });

  it('does not scroll a page that the person has scrolled', async () => {
    const page = await openPage(
      <Page>
        <MaintenanceBanner />
      </Page>,
    );
    scrollTo(0, 1000);
    await frames();
    const before = page.find('#target').getBoundingClientRect().top;

    await page.set({ search: true });
    expect(page.find('#target').getBoundingClientRect().top).toBeCloseTo(before);
    await page.set({ search: false });

    expect(page.find('#target').getBoundingClientRect().top).toBeCloseTo(before);
  });

  it('scrolls the page if scroll anchoring is off: these tests would fail', async () => {
    const page = await openPage(
      <Page>
        <MaintenanceBanner />
      </Page>,
    );
    if (!CSS.supports('overflow-anchor', 'none')) throw new Error('Only in Chromium: forbidding it');
    document.documentElement.style.overflowAnchor = 'none';
    scrollTo(0, 1000);
    await frames();
    const before = page.find('#target').getBoundingClientRect().top;

    await page.set({ search: true });

    expect(page.find('#target').getBoundingClientRect().top).toBeGreaterThan(before + 20);
    document.documentElement.style.overflowAnchor = '';
  });
});

function Page({ children }: { children: React.ReactNode }) {
  return (
    <>
      {children}
      <div style={{ height: 1200, background: 'silver' }}>Above</div>
      <p id="target">In sight</p>
      <div style={{ height: 1200 }} />
      <MaintenanceGate feature="search" whenClosed="hide" />
    </>
  );
}
