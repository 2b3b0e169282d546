import { describe, expect, it } from 'vitest';
import { languageOf, localize } from '../../src/core/localize.js';

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

describe('languageOf', () => {
  it.each([
    ['fr', { en: 'Closed' }, 'en'],
    ['ja', { fr: 'Fermé', de: 'Zu' }, 'fr'],
    ['zh-Hans', { 'zh-Hant': '關閉' }, 'zh-Hant'],
    ['zh-CN', { 'zh-tw': '關閉' }, 'zh-TW'],
  ])('names the language of a text that is not in the language asked for: %s', (locale, texts, lang) => {
    expect(languageOf(texts, locale)).toBe(lang);
  });

  it.each([
    ['fr-CA', { fr: 'Fermé' }],
    ['en-US', { 'en-GB': 'Closed' }],
    ['zh-CN', { 'zh-Hans': '关闭' }],
    ['fr', 'Closed'],
    ['fr', undefined],
    ['fr', {}],
    ['fr', { en_US: 'Closed' }],
  ])('names nothing where the language is the same or unknown: %s, %o', (locale, texts) => {
    expect(languageOf(texts, locale)).toBeUndefined();
  });
});
