import { useState } from 'react';
import { MaintenancePage } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { expect, it } from 'vitest';
import { frames, openPage } from './openPage.js';

function Shop() {
  const [text, setText] = useState('');
  return (
    <main>
      <h1>Shop</h1>
      <div style={{ height: 2000 }} />
      <input id="query" aria-label="query" value={text} onChange={(event) => setText(event.target.value)} />
      <div style={{ height: 2000 }} />
    </main>
  );
}

const app = (
  <>
    <input id="outside" aria-label="outside" />
    <MaintenancePage feature="site">
      <Shop />
    </MaintenancePage>
  </>
);

it('restores typed text, the caret, focus and the scroll position', async () => {
  const page = await openPage(app);
  await userEvent.click(page.find('#query'));
  await userEvent.keyboard(`half typed${'{ArrowLeft}'.repeat(6)}`);
  scrollTo(0, 1700);
  await frames();

  await page.set({ site: true });
  expect(document.activeElement).toBe(page.find('[data-maintenance-page]'));
  // WebKit stays at the end of a page that is higher than the window by the margins of its body.
  expect(scrollY).toBeLessThanOrEqual(16);

  await page.set({ site: false });
  expect(document.activeElement).toBe(page.find('#query'));
  expect(scrollY).toBe(1700);
  await userEvent.keyboard('_');
  expect(page.find<HTMLInputElement>('#query').value).toBe('half_ typed');
});

it('waits for a person who uses the page, and restores their focus after that', async () => {
  const page = await openPage(app);
  await userEvent.click(page.find('#query'));
  await page.set({ site: { link: { href: '#contact', text: 'Contact us' } } });
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement?.textContent).toBe('Contact us');

  await page.set({ site: false });
  expect(document.activeElement).not.toBe(document.body);
  expect(page.find('[data-maintenance-return]').textContent).toBe('Go back to site');
  await userEvent.click(page.find('[data-maintenance-return]'));
  await frames();

  expect(document.activeElement).toBe(page.find('#query'));
});

it('keeps focus when the site closes again before the person goes back', async () => {
  const page = await openPage(app, { site: true });
  await userEvent.click(page.find('[data-maintenance-page] h1'));
  await page.set({ site: false });
  page.find('[data-maintenance-return]').focus();

  await page.set({ site: true });

  expect(document.activeElement).toBe(page.find('[data-maintenance-page]'));
});

it('moves focus to the heading of an app that the person had not seen yet', async () => {
  const page = await openPage(app, { site: true });
  await userEvent.click(page.find('[data-maintenance-page] h1'));

  await page.set({ site: false });
  await userEvent.click(page.find('[data-maintenance-return]'));
  await frames();

  expect(document.activeElement).not.toBe(document.body);
});

it('does not move focus that is outside of the app', async () => {
  const page = await openPage(app);
  await userEvent.click(page.find('#outside'));
  const before = page.focused.length;

  await page.set({ site: true });
  await page.set({ site: false });

  expect(document.activeElement).toBe(page.find('#outside'));
  expect(page.focused).toHaveLength(before);
});
