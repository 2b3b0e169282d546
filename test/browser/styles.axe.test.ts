import { afterEach, describe, expect, it } from 'vitest';
import { everyLook, violationsInEveryLook } from '../../.storybook/everyLook.js';
import { everyCombination } from '../inTurn.js';
import { everyStoryName, openStory } from './openStory.js';

const arabic = { locale: 'ar', direction: 'rtl' } as const;

afterEach(() => {
  document.body.replaceChildren();
});

const kindOf = (name: string) => name.replace(/ \w+$/, '');
const oneOfEachKind = everyStoryName.filter(
  (name, index, names) => names.findIndex((other) => kindOf(other) === kindOf(name)) === index,
);

// In one look: that the others are readable is checked of each story in English, and no color depends on the language.
it.each(everyCombination ? everyStoryName : oneOfEachKind)(
  'has no axe violations in Arabic: %s',
  async (name) => {
    await openStory(name, arabic);

    const options = {
      region: /^(page|shop) /.test(name),
      looks: [{ theme: 'light', direction: 'rtl' }],
    } as const;
    expect(await violationsInEveryLook(surface(), options)).toEqual([]);
  },
);

it('has no axe violations on a page with two banners and three gates', async () => {
  await openStory('banner SeveralOfAll');

  expect(await violationsInEveryLook(surface(), { region: true })).toEqual([]);
});

describe('the check of the stories', () => {
  it.each(everyLook)('finds a fault that exists only in $theme $direction', async ({ theme, direction }) => {
    document.body.innerHTML = `
      <style>[data-theme=${theme}]:dir(${direction}) p { color: #777; background: #888 }</style>
      <div class="story-surface"><main><h1>Shop</h1><p>Hard to read</p></main></div>`;

    const found = await violationsInEveryLook(surface(), { region: true });

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(`${theme} ${direction}: color-contrast at p`);
  });

  it('finds content outside of landmarks, duplicate landmark names, a skipped heading level, and small targets', async () => {
    document.body.innerHTML = `
      <div class="story-surface">
        <section aria-label="Search"><h1>Shop</h1></section>
        <section aria-label="Search"><h3>Search</h3></section>
        <button style="all: unset; font-size: 8px">a</button><button style="all: unset; font-size: 8px">b</button>
        <p>Outside</p>
      </div>`;

    const found = (await violationsInEveryLook(surface(), { region: true })).join('\n');

    for (const rule of ['region', 'landmark-unique', 'heading-order', 'target-size']) {
      expect(found).toMatch(`light ltr: ${rule} at`);
      expect(found).toMatch(`dark rtl: ${rule} at`);
    }
  });
});

function surface(): HTMLElement {
  const found = document.querySelector<HTMLElement>('.story-surface');
  if (!found) throw new Error('There is no surface on the page.');
  return found;
}
