import 'react-maintenance-mode/styles.css';
import { MaintenanceGate, type ClosedBehaviour } from 'react-maintenance-mode';
import { describe, expect, it } from 'vitest';
import { frames, openPage } from './openPage.js';

const replacing: readonly ClosedBehaviour[] = ['replace', 'hide'];
const inSight: readonly ClosedBehaviour[] = ['disable', 'read-only', 'overlay'];

describe.each(replacing)('a gate that closes with %s', (closed) => {
  it('keeps its room, so that nothing on the page moves', async () => {
    const page = await openPage(<Page closed={closed} />);
    const before = whereThingsAre();

    await page.set({ search: true });
    expect(whereThingsAre()).toEqual(before);
    await page.set({ search: false });

    expect(whereThingsAre()).toEqual(before);
    expect(page.layoutShift()).toBeLessThanOrEqual(0.01);
    expect(page.find('[data-maintenance-gate]').getAttribute('style')).toBeFalsy();
  });

  it('keeps its width beside others, and gives it up on a narrow page', async () => {
    const page = await openPage(
      <div id="row" style={{ display: 'flex', width: 600 }}>
        <MaintenanceGate feature="search" closed={closed} fallback="Later." style={{ minInlineSize: 10 }}>
          <div style={{ width: 300, height: 60 }} />
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

describe.each(inSight)('a gate that closes with %s', (closed) => {
  it('moves nothing inside or before it', async () => {
    const page = await openPage(<Page closed={closed} fallback={null} />);
    const before = whereThingsAre();

    await page.set({ search: true });
    expect(whereThingsAre()).toEqual(before);
    await page.set({ search: false });

    expect(page.layoutShift()).toBeLessThanOrEqual(0.01);
  });
});

it('moves the page where a part is swapped without keeping its room, which these tests would notice', async () => {
  const page = await openPage(<Page closed="replace" />);

  await page.set({ search: true });
  page.find('[data-maintenance-gate]').style.minBlockSize = '';
  await frames();

  expect(page.layoutShift()).toBeGreaterThan(0.05);
});

function Page({ closed, fallback }: { closed: ClosedBehaviour; fallback?: null }) {
  return (
    <>
      <p>Before</p>
      <MaintenanceGate feature="search" closed={closed} {...(fallback === null && { fallback })}>
        <div style={{ height: 300, padding: 10 }}>
          <input id="search" />
        </div>
      </MaintenanceGate>
      <div id="after" style={{ height: 300, background: 'silver' }}>
        After
      </div>
    </>
  );
}

function whereThingsAre(): unknown {
  return [...document.querySelectorAll('[data-maintenance-gate],#after')].map((element) =>
    element.getBoundingClientRect().toJSON(),
  );
}
