import { StrictMode, useState } from 'react';
import { MaintenanceBanner, MaintenanceGate, useMaintenance } from 'react-maintenance-mode';
import { expect, it, onTestFinished } from 'vitest';
import { openPage, type OpenPage } from './openPage.js';

const twenty = Array.from({ length: 20 }, (_, index) => `feature-${index}`);
const all = (value: unknown) => Object.fromEntries(twenty.map((feature) => [feature, value]));

/** Every mutation that a screen reader would speak of: text that comes into a live region, or together with one. */
function countAnnouncements(): string[] {
  const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output';
  const said: string[] = [];
  const say = (text: string | null) => {
    if (text) said.push(text);
  };
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      const host = target instanceof Element ? target : target.parentElement;
      if (host?.closest(live)) {
        say(target instanceof Text ? target.data : [...addedNodes].map((node) => node.textContent).join(''));
        continue;
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const region of [node, ...node.querySelectorAll(live)]) {
          if (region.matches(live)) say(region.textContent);
        }
      }
    }
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  onTestFinished(() => observer.disconnect());
  return said;
}

/**
 * Waits until this and nothing else was said. What is gathered at the moment would come before a change that is made now, or in one
 * sentence with it: the last sentence is about that change alone, so that nothing was left to say.
 */
async function expectOnly(page: OpenPage, said: string[], sentences: readonly string[]): Promise<void> {
  await expect.poll(() => said).toHaveLength(sentences.length);
  await page.set({ 'the last': true });
  await expect.poll(() => said).toHaveLength(sentences.length + 1);
  expect(said.splice(0)).toEqual([...sentences, 'the last is unavailable.']);
  await page.set({ 'the last': false });
  await expect.poll(() => said.splice(0)).toEqual(['the last is available again.']);
}

const gates = (
  <StrictMode>
    <MaintenanceBanner />
    {[...twenty, 'the last'].map((feature) => (
      <MaintenanceGate key={feature} feature={feature}>
        {feature}
      </MaintenanceGate>
    ))}
  </StrictMode>
);

it('announces once that twenty gates closed, once that they opened, and nothing twice', async () => {
  const said = countAnnouncements();
  const page = await openPage(gates);
  await expectOnly(page, said, []);

  await page.set(all(true));
  await expectOnly(page, said, ['feature-0, feature-1, feature-2, and 17 more are unavailable.']);

  await page.set(all(true));
  await page.render(gates);
  page.source.setStatus({ state: 'failed' });
  page.source.setStatus({ state: 'ready' });
  await expectOnly(page, said, []);

  await page.set(all(false));
  await expectOnly(page, said, ['feature-0, feature-1, feature-2, and 17 more are available again.']);
});

it('does not announce a notice that gets focus, and announces all others', async () => {
  const said = countAnnouncements();
  const page = await openPage(
    <>
      <MaintenanceGate feature="search">
        <input id="search" />
      </MaintenanceGate>
      {gates}
    </>,
  );
  page.find('#search').focus();

  await page.set({ search: true, 'feature-1': true });
  expect(document.activeElement?.textContent).toContain('search is unavailable');
  await expectOnly(page, said, ['feature-1 is unavailable.']);
  await page.set({ search: 'read-only' });
  await expectOnly(page, said, ['search can be read, but not changed.']);
  await page.set({ search: false, 'feature-1': false });

  await expectOnly(page, said, ['search can be changed again. feature-1 is available again.']);
});

it.each(['a fallback', 'nothing'])(
  'announces a notice that cannot get focus: a closed gate shows %s',
  async (what) => {
    const said = countAnnouncements();
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" fallback={what === 'nothing' ? null : <p>Gone fishing.</p>}>
          <input id="search" />
        </MaintenanceGate>
        {gates}
      </>,
    );
    page.find('#search').focus();

    await page.set({ search: true });

    await expectOnly(page, said, ['search is unavailable.']);
  },
);

it('announces nothing when a page loads with all features closed', async () => {
  const said = countAnnouncements();

  const page = await openPage(gates, all(true));

  await expectOnly(page, said, []);
});

it('would count twenty announcements if each gate had its own live region', async () => {
  function Naive({ feature }: { feature: string }) {
    return useMaintenance(feature).canRead ? null : <p role="status">{feature} is unavailable</p>;
  }
  const page = await openPage(twenty.map((feature) => <Naive key={feature} feature={feature} />));
  const said = countAnnouncements();

  await page.set(all(true));

  expect(said).toHaveLength(20);
});

it('is invisible without a stylesheet, but not hidden from screen readers', async () => {
  const page = await openPage(gates);
  const region = page.find('[data-maintenance-announcer]');

  await page.set(all(true));
  await expect.poll(() => region.textContent).not.toBe('');

  const { width, height } = region.getBoundingClientRect();
  expect(Math.max(width, height)).toBeLessThanOrEqual(1);
  expect(getComputedStyle(region)).toMatchObject({
    display: 'block',
    visibility: 'visible',
    overflow: 'hidden',
  });
});

it('keeps announcing after its provider was rendered again', async () => {
  const said = countAnnouncements();
  function Counter() {
    const [count, setCount] = useState(0);
    return <button onClick={() => setCount(count + 1)}>{count}</button>;
  }
  const page = await openPage(<Counter />);

  await page.render(gates);
  await page.set({ 'feature-1': true });

  await expectOnly(page, said, ['feature-1 is unavailable.']);
});
