import 'react-maintenance-mode/styles.css';
import { MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { expect, it } from 'vitest';
import { openPage } from './openPage.js';

const behaviors = ['replace', 'hide', 'overlay', 'disable', 'read-only'] as const;

const shop = (
  <>
    <input id="first" aria-label="first" />
    <MaintenanceBanner />
    {behaviors.map((closed) => (
      <MaintenanceGate key={closed} feature="search" whenClosed={closed}>
        <Controls of={closed} />
      </MaintenanceGate>
    ))}
    <input id="last" aria-label="last" />
  </>
);

it('lets Tab reach only visible elements, in order, and every way out has a name', async () => {
  const page = await openPage(shop);
  await page.set({ search: { link: { href: '#status', text: 'Status' } } });
  page.find('#first').focus();

  const forwards = await walk('{Tab}', '#last');
  expect(forwards.hidden).toEqual([]);
  expect(forwards.ids.filter(Boolean)).toEqual([
    'disable field',
    'disable link',
    'disable custom',
    'disable button',
    'read-only field',
    'read-only link',
    'read-only custom',
    'read-only button',
    'last',
  ]);
  // A link that still works has nothing to explain.
  const held = forwards.elements.filter(
    ({ id }) => /^(disable|read-only) /.test(id) && id !== 'read-only link',
  );
  expect(held).toHaveLength(7);
  for (const element of held) {
    const reason = document.getElementById(element.getAttribute('aria-describedby') ?? '');
    expect(reason?.textContent).toMatch('search is unavailable');
  }

  const backwards = await walk('{Shift>}{Tab}{/Shift}', '#first');
  expect(backwards.ids.slice(0, -1)).toEqual(forwards.ids.slice(0, -1).reverse());
});

it('would fail with elements that are covered or pale and still reached', async () => {
  const page = await openPage(
    <>
      <input id="first" aria-label="first" />
      <div style={{ height: 20, overflow: 'hidden', opacity: 0 }}>
        <Controls of="covered" />
      </div>
      <input id="last" aria-label="last" />
    </>,
  );
  page.find('#first').focus();

  const { hidden } = await walk('{Tab}', '#last');

  expect(hidden).toContain('covered field');
});

function Controls({ of }: { of: string }) {
  return (
    <>
      <input id={`${of} field`} aria-label={of} />
      <a id={`${of} link`} href="#elsewhere">
        Link
      </a>
      <span id={`${of} custom`} role="button" tabIndex={0}>
        Custom
      </span>
      <button id={`${of} button`} type="button">
        Button
      </button>
    </>
  );
}

/** Presses a key until the focus is at the end, and says where it has been and what of that nobody could see. */
async function walk(key: string, end: string) {
  const elements: Element[] = [];
  while (!document.activeElement?.matches(end)) {
    await userEvent.keyboard(key);
    if (document.activeElement) elements.push(document.activeElement);
    if (elements.length > 40) throw new Error(`No way to ${end}: ${elements.map(({ id }) => id).join(', ')}`);
  }
  const hidden = elements.filter(
    (element) => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  );
  return { elements, ids: elements.map(({ id }) => id), hidden: hidden.map(({ id }) => id) };
}
