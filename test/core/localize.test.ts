import { describe, expect, it } from 'vitest';
import { foreignLanguageOf, localize } from '../../src/core/localize.js';

describe('localize', () => {
  const texts = { fr: 'Fermé', 'en-GB': 'Closed', 'pt-BR': 'Fechado', 'zh-Hant': '關閉' };

  it.each([
    ['fr', 'Fermé'],
    ['fr-CA', 'Fermé'],
    ['FR', 'Fermé'],
    ['pt-br', 'Fechado'],
    ['zh-Hant-TW', '關閉'],
    ['pt', 'Fechado'],
    ['pt-PT', 'Fechado'],
    ['zh-HK', '關閉'],
  ])(
    'finds the text for %s in that locale, a less specific one, or another one of the same language and script',
    (locale, text) => {
      expect(localize(texts, locale)).toBe(text);
    },
  );

  it.each(['de', '', '-', 'zh-Hans', 'zh-CN'])('falls back to English for %j', (locale) => {
    expect(localize(texts, locale)).toBe('Closed');
  });

  it('falls back to the first text if there is no English', () => {
    expect(localize({ fr: 'Fermé', de: 'Zu' }, 'ja')).toBe('Fermé');
  });

  it('returns a text without locales unchanged', () => {
    expect(localize('Closed', 'fr')).toBe('Closed');
    expect(localize(undefined, 'fr')).toBeUndefined();
  });
});

describe('foreignLanguageOf', () => {
  it.each([
    ['fr', { en: 'Closed' }, 'en'],
    ['ja', { fr: 'Fermé', de: 'Zu' }, 'fr'],
    ['zh-Hans', { 'zh-Hant': '關閉' }, 'zh-Hant'],
    ['zh-CN', { 'zh-tw': '關閉' }, 'zh-TW'],
  ])('returns the language of a text that is not in the requested language: %s', (locale, texts, lang) => {
    expect(foreignLanguageOf(texts, locale)).toBe(lang);
  });

  it.each([
    ['fr-CA', { fr: 'Fermé' }],
    ['en-US', { 'en-GB': 'Closed' }],
    ['zh-CN', { 'zh-Hans': '关闭' }],
    ['fr', 'Closed'],
    ['fr', undefined],
    ['fr', {}],
    ['fr', { en_US: 'Closed' }],
  ])('returns nothing if the language is the same or unknown: %s, %o', (locale, texts) => {
    expect(foreignLanguageOf(texts, locale)).toBeUndefined();
  });
});
