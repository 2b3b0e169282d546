import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import {
  createMaintenanceHandler,
  englishRefusal,
  type RefusalMessages,
} from 'react-maintenance-mode/server';
import { refusalLocales } from 'react-maintenance-mode/server/locales';
import { describe, expect, it } from 'vitest';

import { features, noon, routes } from './shop.js';

const locales = Object.entries(refusalLocales);
const endsAt = '2026-11-26T12:30:00Z';

/** The refusal of a page, as somebody gets it who reads this language. */
async function refuse(locale: string, value: unknown, method = 'GET'): Promise<Response> {
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'search-maintenance': value }),
    failure: 'open',
    routes,
    refusal: { messages: refusalLocales },
    now: () => noon,
  });
  const headers = { accept: 'text/html', 'accept-language': locale };
  const { response } = await handler(new Request('https://shop.example/search', { headers, method }));
  if (!response) throw new Error('The request was not refused.');
  return response;
}

const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(/\{\w*\}?/g)].map(([found]) => found).sort();

it('exist in every language of notices', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src/locales'));

  expect(locales.map(([locale]) => `${locale}.ts`).sort()).toEqual(files.sort());
});

it('mark a text of the operator in another language, and isolate it from the direction of the page', async () => {
  const texts = { title: { en: 'Back soon!' }, message: { he: 'עובדים על זה.', en: 'At work.' } };
  const arabic = await (await refuse('ar', texts)).text();
  const hebrew = await (await refuse('he', texts)).text();
  const plain = await (await refuse('ar', { title: 'Back soon!', message: 'At work.' })).text();

  expect(arabic).toContain('<h1><bdi lang="en" dir="ltr">Back soon!</bdi></h1>');
  expect(arabic).toContain('<p><bdi lang="en" dir="ltr">At work.</bdi></p>');
  expect(hebrew).toContain('<p><bdi>עובדים על זה.</bdi></p>');
  expect(plain).toContain('<h1><bdi>Back soon!</bdi></h1>\n<p><bdi>At work.</bdi></p>');
});

describe.each(locales)('in %s', (locale, texts) => {
  it.each(Object.entries(englishRefusal) as [keyof RefusalMessages, string][])(
    '%s has what is filled in, and is nobody else’s',
    (key, english) => {
      expect(placeholdersOf(texts[key])).toEqual(placeholdersOf(english));
      expect(texts[key]).not.toBe(english);
      expect(texts[key].trim()).toBe(texts[key]);
    },
  );

  it.each<[string, unknown, string?]>([
    ['down', true],
    ['down until then', { endsAt }],
    ['past its end', { endsAt: '2026-11-26T11:00:00Z' }],
    ['read-only', 'read-only', 'POST'],
    ['read-only until then', { mode: 'read-only', endsAt }, 'POST'],
  ])('is the page of a feature that is %s', async (_, value, method) => {
    const response = await refuse(locale, value, method);

    expect(response.status).toBe(503);
    expect(response.headers.get('content-language')).toBe(locale);
    const html = await response.text();
    expect(html).toContain(`<html lang="${locale}" dir="${['ar', 'he'].includes(locale) ? 'rtl' : 'ltr'}"`);
    const [main = ''] = /<main>.*<\/main>/s.exec(html) ?? [];
    expect(main).toContain('Search');
    expect(main).not.toMatch(/\{|You |This |Sorry/);
  });
});
