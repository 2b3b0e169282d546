import { afterEach, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import {
  emulate,
  expectLargeTargets,
  expectNothingCut,
  expectPrintable,
  expectReadable,
  expectReadableTexts,
  expectShapes,
  withStyle,
} from './lookChecks.js';
import { openStory } from './openStory.js';

// Each case is a style sheet with one fault, and the check that must find it.

beforeEach(() => page.viewport(900, 600));
afterEach(() => emulate('', {}));

it.each([
  ['[data-maintenance-details] { color: #999 }', 'pale text'],
  ['[data-maintenance-notice] { border-color: #ddd }', 'a pale border'],
  ['[data-maintenance-notice]::before { background: #f2c0b5 }', 'a pale icon'],
  ['[data-maintenance-notice] { opacity: 0.8 }', 'what is half transparent'],
])('would fail: %s', async (css, what) => {
  await openStory('banner OverdueDown');
  expectReadable();

  withStyle(css, () => expect(() => expectReadable(), what).toThrow());
});

it('would fail with a dimmed read-only form, which axe does not find', async () => {
  await openStory('gate ClosedReadOnly');
  const dimmed = () => expectReadableTexts(document.body);

  withStyle('[data-maintenance-content] { opacity: 0.6 }', () => expect(dimmed).toThrow());
});

it.each(['white-space: nowrap', 'min-width: 400px', 'height: 1em'])(
  'would fail at 320 pixels: %s',
  async (css) => {
    await page.viewport(320, 256);
    await openStory('banner ActiveDown', { locale: 'en-XA' });
    expectNothingCut();

    withStyle(`h2 { ${css} }`, () => expect(expectNothingCut).toThrow());
  },
);

it('would fail with a button that is too small', async () => {
  await openStory('banner ActiveDown');

  withStyle('button { min-height: 0 !important; padding: 0 !important; line-height: 1 !important }', () => {
    expect(expectLargeTargets).toThrow();
  });
});

it.each(['border: 0', 'border-block-width: 0'])('would fail in forced colors: %s', async (css) => {
  await emulate('', { 'forced-colors': 'active' });
  await openStory('banner ActiveDown');
  expectShapes();

  withStyle(`[data-maintenance-banner] { ${css} }`, () => expect(expectShapes).toThrow());
});

it.each(['button { display: inline !important }', 'p { color: gray !important }'])(
  'would fail in print: %s',
  async (css) => {
    await openStory('banner OverdueDown');
    await emulate('print', {});
    expectPrintable();

    withStyle(css, () => expect(expectPrintable).toThrow());
  },
);

it('would fail with an animation', async () => {
  await openStory('banner ActiveDown');

  withStyle('@keyframes turn { to { rotate: 1turn } } h2 { animation: turn 1s infinite }', () => {
    expect(document.getAnimations()).toHaveLength(1);
  });
});
