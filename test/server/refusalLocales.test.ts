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
