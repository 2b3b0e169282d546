import { debuggingProtocol } from './chromium.js';
import { expect } from 'vitest';
import { backgroundBehind, contrast, parseColor } from './colors.js';
import { noticesOf } from './openStory.js';

/** Texts have a contrast of at least 4.5, borders and icons one of 3 (WCAG 1.4.3, 1.4.11). */
export function expectReadable({ text = 4.5, border = 3 } = {}): void {
  for (const notice of noticesOf(document)) {
    const style = getComputedStyle(notice);
    expectReadableTexts(notice, text);
    const around = backgroundBehind(notice.parentElement);
    expect(contrast(parseColor(style.borderBottomColor), around), 'border').toBeGreaterThanOrEqual(border);
    const icon = getComputedStyle(notice, '::before');
    expect(
      contrast(parseColor(icon.backgroundColor), backgroundBehind(notice)),
      'icon',
    ).toBeGreaterThanOrEqual(3);
    expect(icon.maskImage).toContain('svg');
  }
}

/** Axe leaves out what is disabled, and does not see that something is paler as a whole. */
export function expectReadableTexts(root: Element, atLeast = 4.5): void {
  for (const element of elementsWithText(root)) {
    const text = parseColor(getComputedStyle(element).color);
    expect(contrast(text, backgroundBehind(element)), element.outerHTML).toBeGreaterThanOrEqual(atLeast);
    for (let at: Element | null = element; at; at = at.parentElement) {
      expect(getComputedStyle(at).opacity, element.outerHTML).toBe('1');
    }
  }
}

/** Nothing scrolls sideways and no text is cut off (WCAG 1.4.4, 1.4.10, 1.4.12). */
export function expectNothingCut(): void {
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
  for (const notice of noticesOf(document)) {
    for (const element of [notice, ...elementsWithText(notice)]) {
      const { display, clipPath } = getComputedStyle(element);
      // Visually hidden elements are clipped on purpose.
      if (display === 'inline' || clipPath !== 'none') continue;
      expect(element.scrollWidth, element.outerHTML).toBeLessThanOrEqual(element.clientWidth + 1);
      expect(element.scrollHeight, element.outerHTML).toBeLessThanOrEqual(element.clientHeight + 1);
    }
  }
}

/** WCAG 2.5.8. */
export function expectLargeTargets(): void {
  for (const notice of noticesOf(document)) {
    for (const target of notice.querySelectorAll('button, summary, input')) {
      const { width, height } = target.getBoundingClientRect();
      expect(Math.min(width, height), target.outerHTML).toBeGreaterThanOrEqual(24);
    }
  }
}

/** In forced colors: a border on all sides, an icon and a button that can be seen. */
export function expectShapes(): void {
  for (const notice of noticesOf(document)) {
    // The page is all that there is, and what a banner lists is inside of its border.
    if (notice.matches('[data-maintenance-page], li')) continue;
    for (const element of [notice, ...notice.querySelectorAll('button')]) {
      const style = getComputedStyle(element);
      for (const side of ['Top', 'Right', 'Bottom', 'Left'] as const) {
        expect(style[`border${side}Style`]).toBe('solid');
        expect(parseFloat(style[`border${side}Width`])).toBeGreaterThanOrEqual(1);
        expect(parseColor(style[`border${side}Color`])[3]).toBe(1);
      }
    }
    const icon = parseColor(getComputedStyle(notice, '::before').backgroundColor);
    expect(contrast(icon, backgroundBehind(notice)), 'icon').toBeGreaterThanOrEqual(4.5);
  }
}

/** On paper: black on white, and no buttons. */
export function expectPrintable(): void {
  for (const notice of noticesOf(document)) {
    expect(getComputedStyle(notice).backgroundColor).toBe('rgba(0, 0, 0, 0)');
    for (const element of elementsWithText(notice)) {
      expect(getComputedStyle(element).color, element.outerHTML).toBe('rgb(0, 0, 0)');
    }
    for (const button of notice.querySelectorAll('button')) expect(button.checkVisibility()).toBe(false);
  }
}

export function elementsWithText(root: Element): Element[] {
  return [...root.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility() &&
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
  );
}

export function withStyle(css: string, check: () => void): void {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = css;
  try {
    check();
  } finally {
    style.remove();
  }
}

export async function emulate(media: string, features: Record<string, string>): Promise<void> {
  await debuggingProtocol().send('Emulation.setEmulatedMedia', {
    media,
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });
}
