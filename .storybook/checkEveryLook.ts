import type { Preview } from '@storybook/react-vite';
import type { Spec } from 'axe-core';
import { everyLook, violationsInEveryLook } from './everyLook.js';

/**
 * When the tests have played a story: axe once more in the look that differs from the one that it was played in by theme and direction;
 * with EVERY_COMBINATION in all others. In Storybook itself the panel of axe shows the look that the toolbar chose.
 */
export const checkEveryLook: NonNullable<Preview['afterEach']> = async ({
  canvasElement,
  globals,
  parameters,
  viewMode,
}) => {
  if (import.meta.env['VITEST_STORYBOOK'] === undefined || viewMode !== 'story') return;
  const surface = canvasElement.querySelector<HTMLElement>('.story-surface');
  if (!surface) throw new Error('The story has no surface: the decorator withSurface is missing.');
  const everyCombination = Boolean(import.meta.env['EVERY_COMBINATION']);
  const looks = everyLook.filter(({ theme, direction }) => {
    const differs = [theme !== globals['theme'], direction !== surface.dir];
    return everyCombination ? differs.includes(true) : !differs.includes(false);
  });
  // Read from the same parameter as the addon does, so that a story sets it once.
  const { config = {} } = parameters['a11y'] as { config?: Spec };
  const region = Boolean(config.rules?.some(({ id, enabled }) => id === 'region' && enabled));
  const violations = await violationsInEveryLook(surface, { region, looks });
  const repeated = repeatedTitles(surface);
  if (repeated.length) throw new Error(`Two notices beside each other say the same: ${repeated.join(' ')}`);
  if (violations.length) throw new Error(`axe found:\n${violations.join('\n')}`);
};

/** Finds titles that two notices within 100 pixels of each other repeat. */
function repeatedTitles(surface: HTMLElement): string[] {
  const titles = [...surface.querySelectorAll<HTMLElement>('[data-maintenance-title]')]
    .filter((title) => title.checkVisibility())
    .map((title) => ({ text: title.textContent, box: title.getBoundingClientRect() }));
  return titles
    .filter(({ text, box }, index) =>
      titles.slice(0, index).some((other) => other.text === text && box.top - other.box.bottom < 100),
    )
    .map(({ text }) => text);
}
