import { describe, expect, it } from 'vitest';
import { localize } from '../../src/core/localize.js';

describe('localize', () => {
  const texts = { fr: 'Fermé', 'en-GB': 'Closed', 'pt-BR': 'Fechado', 'zh-Hant': '關閉' };

  it.each([
    ['fr', 'Fermé'],
    ['fr-CA', 'Fermé'],
    ['FR', 'Fermé'],
    ['pt-br', 'Fechado'],
    ['zh-Hant-TW', '關閉'],
  ])('finds the text for %s in it or in what is less exact', (locale, text) => {
    expect(localize(texts, locale)).toBe(text);
  });

  it.each(['pt', 'de', '', '-', 'zh-Hans'])('falls back to English for %j', (locale) => {
    expect(localize(texts, locale)).toBe('Closed');
  });

  it('falls back to the first text where there is no English', () => {
    expect(localize({ fr: 'Fermé', de: 'Zu' }, 'ja')).toBe('Fermé');
  });

  it('leaves alone what is for all locales, or for none', () => {
    expect(localize('Closed', 'fr')).toBe('Closed');
    expect(localize(undefined, 'fr')).toBeUndefined();
  });
});
