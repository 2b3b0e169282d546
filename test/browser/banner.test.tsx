import { MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { beforeEach, describe, expect, it } from 'vitest';
import { frames, openPage } from './openPage.js';

const shop = (
  <>
    <input id="before" aria-label="before" />
    <MaintenanceBanner />
    <h1>Shop</h1>
    <input id="after" aria-label="after" />
    {['search', 'comments', 'uploads'].map((feature) => (
      <MaintenanceGate key={feature} feature={feature} />
    ))}
  </>
);

beforeEach(() => localStorage.clear());

const dismissButton = '[data-maintenance-dismiss]';

describe('the focus, when a notice is dismissed by keyboard', () => {
  it.each(['{Enter}', ' ', '{Escape}'])('returns to where it came from: %s', async (key) => {
    const page = await openPage(shop, { search: true });
    await userEvent.click(page.find('#before'));
    await userEvent.keyboard('{Tab}');
    expect(document.activeElement).toBe(page.find(dismissButton));

    await userEvent.keyboard(key);
    await frames();

    expect(document.querySelector('[data-maintenance-banner]')).toBeNull();
    expect(document.activeElement).toBe(page.find('#before'));
  });

  it('goes to the next notice, and from the last one back to where it came from', async () => {
    const page = await openPage(shop, { search: true, comments: 'degraded' });
    await userEvent.click(page.find('#after'));
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}{Enter}');
    await frames();
    const banner = page.find('[data-maintenance-banner]');
    expect(banner.textContent).toContain('comments is slower');
    expect(document.activeElement).toBe(banner);

    await userEvent.keyboard('{Escape}');
    await frames();

    expect(document.activeElement).toBe(page.find('#after'));
  });

  it('is not affected by Escape while it is outside of the banner', async () => {
    const page = await openPage(shop, { search: true });
    await userEvent.click(page.find('#after'));

    await userEvent.keyboard('{Escape}');
    await frames();

    expect(page.find('[data-maintenance-banner]')).toBeTruthy();
    expect(document.activeElement).toBe(page.find('#after'));
  });
});

it('moves focus to the heading of the page if nothing else had it, and leaves no attribute there', async () => {
  const page = await openPage(shop, { search: true });

  await userEvent.click(page.find(dismissButton));
  await frames();
  expect(document.activeElement).toBe(page.find('h1'));
  await userEvent.keyboard('{Tab}');

  expect(document.activeElement).toBe(page.find('#after'));
  expect(page.find('h1').hasAttribute('tabindex')).toBe(false);
});

it('moves focus to the heading if the element that had it is gone', async () => {
  const page = await openPage(shop, { search: true });
  await userEvent.click(page.find('#before'));
  await userEvent.keyboard('{Tab}');
  page.find<HTMLInputElement>('#before').disabled = true;

  await userEvent.keyboard('{Enter}');
  await frames();

  expect(document.activeElement).toBe(page.find('h1'));
});

it('restores focus when the banner disappears by itself', async () => {
  const page = await openPage(shop, { search: { startsAt: Date.now() + 3_600_000 } });
  await userEvent.click(page.find('#before'));
  await userEvent.keyboard('{Tab}');

  await page.set({ search: false });
  await frames();

  expect(document.querySelector('[data-maintenance-banner]')).toBeNull();
  expect(document.activeElement).toBe(page.find('#before'));
});

it('keeps focus in the banner when the focused link of an ended notice disappears', async () => {
  const page = await openPage(shop, { search: { link: { href: '#status', text: 'Read more' } } });
  await userEvent.click(page.find('#before'));
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement?.textContent).toBe('Read more');

  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('[data-maintenance-banner]'));
});

it('keeps focus on its button through all phases', async () => {
  const from = Date.now();
  const phases = [
    { startsAt: from + 3_600_000, endsAt: from + 7_200_000 },
    { startsAt: from - 1000, endsAt: from + 7_200_000 },
    { startsAt: from - 2000, endsAt: from - 1000 },
    false,
  ];
  const page = await openPage(shop, { search: phases[0] });
  await userEvent.click(page.find('#before'));
  await userEvent.keyboard('{Tab}');

  for (const search of phases) {
    await page.set({ search });
    expect(document.activeElement).toBe(page.find(dismissButton));
  }
  await userEvent.keyboard('{Enter}');
  await frames();

  expect(document.activeElement).toBe(page.find('#before'));
});

it('never takes focus from a field in which a person types', async () => {
  const page = await openPage(shop);
  const field = page.find<HTMLInputElement>('#after');
  await userEvent.click(field);
  const before = page.focused.length;

  await userEvent.keyboard('half');
  await page.set({ search: true });
  await userEvent.keyboard(' ty');
  await page.set({ search: 'degraded', comments: true });
  await userEvent.keyboard('pe');
  await page.set({ search: false, comments: false });
  await userEvent.keyboard('d');

  expect(field.value).toBe('half typed');
  expect(document.activeElement).toBe(field);
  expect(page.focused).toHaveLength(before);
});

it('opens the other notices by keyboard', async () => {
  const page = await openPage(shop, { search: true, comments: 'degraded', uploads: 'degraded' });
  const item = () => page.find('li').checkVisibility();
  await userEvent.click(page.find('#before'));
  expect(item()).toBe(false);

  await userEvent.keyboard('{Tab}{Enter}');
  expect(document.activeElement?.textContent).toBe('and 2 more notices');
  expect(item()).toBe(true);
});
