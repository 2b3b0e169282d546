import { createHash } from 'node:crypto';

import { createMaintenanceHandler, type RefusalOptions } from 'react-maintenance-mode/server';
import { describe, expect, it, vi } from 'vitest';

import { features, noon, routes } from './shop.js';

/** The refusal of a request to search, whose flag has this value. */
async function refuse(
  value: unknown,
  headers: Record<string, string> = {},
  refusal: RefusalOptions = {},
  init: RequestInit = {},
): Promise<Response> {
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'search-maintenance': value }),
    failure: 'open',
    routes,
    refusal,
    now: () => noon,
  });
  const { response } = await handler(new Request('https://shop.example/search', { headers, ...init }));
  if (!response) throw new Error('The request was not refused.');
  return response;
}

const page = { accept: 'text/html' };
const endsAt = '2026-11-26T12:30:00Z';

describe('the headers of a refusal', () => {
  it('are those of a 503 that no cache stores (RFC 9110, 15.6.4; RFC 9111, 5.2.2.5)', async () => {
    const response = await refuse(true);

    expect(response.status).toBe(503);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.has('expires')).toBe(false);
    expect(response.headers.has('etag')).toBe(false);
    expect(response.headers.has('last-modified')).toBe(false);
  });

  it('name the request headers that the answer depends on (RFC 9110, 12.5.5)', async () => {
    const anybody = await refuse(true);
    const named = await refuse(true, {}, { origins: ['https://app.example'] });

    expect(anybody.headers.get('vary')).toBe('Accept, Accept-Language');
    expect(named.headers.get('vary')).toBe('Accept, Accept-Language, Origin');
  });

  it('name the language and the type, and forbid guessing the type', async () => {
    const problem = await refuse(true);
    const html = await refuse(true, page);

    expect(problem.headers.get('content-type')).toBe('application/problem+json');
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.headers.get('content-language')).toBe('en');
    expect(html.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each<[string, unknown, RefusalOptions['retryAfter'], string]>([
    ['in seconds until the promised end', { endsAt }, {}, '1800'],
    ['rounded up, never before the end', { endsAt: noon + 1500 }, {}, '2'],
    ['at least a second', { endsAt: noon + 1 }, {}, '1'],
    ['the default without an end', true, {}, '120'],
    ['the default past the promised end', { endsAt: noon - 5000 }, {}, '120'],
    ['a default of one’s own', true, { defaultSeconds: 30 }, '30'],
    ['bounded to an hour', { endsAt: '2026-12-01T00:00:00Z' }, {}, '3600'],
    ['bounded to one’s own most', { endsAt }, { maxSeconds: 600 }, '600'],
    ['an HTTP-date', { endsAt }, { format: 'date' }, 'Thu, 26 Nov 2026 12:30:00 GMT'],
    [
      'an HTTP-date after the end, not before',
      { endsAt: noon + 1500 },
      { format: 'date' },
      'Thu, 26 Nov 2026 12:00:02 GMT',
    ],
    ['a whole number whatever is asked for', true, { defaultSeconds: 0.5 }, '1'],
  ])('Retry-After (RFC 9110, 10.2.3): %s', async (_, value, retryAfter, expected) => {
    const response = await refuse(value, {}, { retryAfter });

    expect(response.headers.get('retry-after')).toBe(expected);
  });

  it('spread the return of clients over spreadSeconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.999);

    const first = await refuse({ endsAt }, {}, { retryAfter: { spreadSeconds: 60 } });
    const last = await refuse({ endsAt }, {}, { retryAfter: { spreadSeconds: 60 } });

    expect([first, last].map(({ headers }) => headers.get('retry-after'))).toEqual(['1800', '1860']);
    vi.restoreAllMocks();
  });

  it('are the same for HEAD, which has no body (RFC 9110, 9.3.2)', async () => {
    const get = await refuse({ endsAt }, page);
    const head = await refuse({ endsAt }, page, {}, { method: 'HEAD' });

    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(head.status).toBe(503);
    expect(await head.text()).toBe('');
  });
});

describe('the form of a refusal', () => {
  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'page'],
    ['text/html', 'page'],
    ['application/xhtml+xml', 'page'],
    ['text/html;q=0.5, application/json;q=0.4', 'page'],
    ['text/*', 'page'],
    ['text/html, application/json', 'page'],
    ['TEXT/HTML', 'page'],
    ['*/*', 'problem'],
    ['application/json', 'problem'],
    ['application/problem+json', 'problem'],
    ['application/json, text/plain, */*', 'problem'],
    ['application/json;q=0.9, text/html;q=0.8', 'problem'],
    ['text/html;q=0, */*', 'problem'],
    ['text/html;q=nonsense', 'problem'],
    ['image/avif,image/webp,*/*;q=0.8', 'problem'],
    ['text/css,*/*;q=0.1', 'problem'],
    ['text/event-stream', 'problem'],
    ['', 'problem'],
    [',;,;q=1', 'problem'],
  ])('for Accept: %s is a %s', async (accept, form) => {
    const response = await refuse(true, { accept });

    expect(response.headers.get('content-type')).toContain(form === 'page' ? 'text/html' : 'problem+json');
  });
});

it('is plain text for a Server Action, which Next turns into its error', async () => {
  const response = await refuse({ title: 'Search is being rebuilt', endsAt }, { accept: 'text/x-component' });

  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('text/plain');
  expect(await response.text()).toBe(
    'Search is being rebuilt. You can use it again from Thursday, November 26 at 12:30 PM UTC.',
  );
});

describe('the problem document (RFC 9457)', () => {
  it('has the members of the standard and our own, and its status equals that of the response', async () => {
    const value = {
      mode: 'down',
      title: 'Search is being rebuilt',
      startsAt: '2026-11-26T11:00:00Z',
      endsAt,
      id: 'reindex-7',
      link: { href: 'https://status.example', text: 'Status' },
    };

    const response = await refuse(value);

    expect(await response.json()).toEqual({
      type: 'urn:problem-type:react-maintenance-mode:unavailable',
      title: 'Unavailable for now',
      status: response.status,
      detail: 'Search is being rebuilt. You can use it again from Thursday, November 26 at 12:30 PM UTC.',
      feature: 'search',
      cause: 'search',
      mode: 'down',
      startsAt: '2026-11-26T11:00:00.000Z',
      endsAt: '2026-11-26T12:30:00.000Z',
      windowId: 'reindex-7',
      notice: { title: 'Search is being rebuilt', link: value.link },
    });
  });

  it('has member names that XML and old parsers accept', async () => {
    const members = Object.keys((await (await refuse({ endsAt })).json()) as object);

    expect(members.filter((name) => !/^[A-Za-z][A-Za-z0-9_]{2,}$/.test(name))).toEqual([]);
  });

  it('says that the sent data was not saved', async () => {
    const response = await refuse(true, {}, {}, { method: 'POST', body: 'q=shoes' });

    expect(((await response.json()) as { detail: string }).detail).toContain('was not saved');
  });
});

describe('the page', () => {
  it('needs no other request and runs under its own strict policy', async () => {
    const response = await refuse({ endsAt }, page);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    const hash = (element: string) => {
      const [, text = ''] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(html) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };

    expect(html).not.toMatch(/\s(src|href|srcset|action|style|on\w+)=/i);
    expect(html).not.toMatch(/url\(|@import/);
    expect(policy).not.toContain('unsafe');
    expect(policy.split('; ')).toEqual([
      `default-src 'none'`,
      `base-uri 'none'`,
      `form-action 'none'`,
      `connect-src 'self'`,
      `style-src ${hash('style')}`,
      `script-src ${hash('script')}`,
      `frame-ancestors 'none'`,
    ]);
  });

  it('says what is unavailable and until when, and never says "maintenance"', async () => {
    const html = await (await refuse({ endsAt }, page)).text();

    expect(html).toContain('<h1>Sorry: Search is unavailable</h1>');
    expect(html).toContain(
      'again from <time datetime="2026-11-26T12:30:00.000Z">Thursday, November 26 at 12:30 PM UTC</time>.',
    );
    expect(html.replace(/<script>[^]*<\/script>/, '')).not.toMatch(/maintenance|please|503/i);
  });

  it('also reloads without scripts', async () => {
    const html = await (await refuse(true, page)).text();

    expect(html).toContain('<noscript><meta http-equiv="refresh" content="30"></noscript>');
    expect(html).toContain('data-look-every="30"');
  });

  it('does not send a form again automatically', async () => {
    const html = await (await refuse(true, page, {}, { method: 'POST', body: 'a=1' })).text();

    expect(html).not.toContain('http-equiv="refresh"');
    expect(html).not.toContain('data-look-every');
    expect(html).toContain('What you sent was not saved.');
  });

  it('says that it takes longer after the promised end', async () => {
    const html = await (await refuse({ endsAt: noon - 1, message: 'Back soon.' }, page)).text();

    expect(html).toContain('<p><bdi>Back soon.</bdi></p>\n<p>This is taking longer than planned.</p>');
  });

  it('names the site when the whole site is closed', async () => {
    const handler = createMaintenanceHandler({
      features,
      readFlags: () => ({ 'site-maintenance': true }),
      failure: 'open',
      routes,
    });
    const { response } = await handler(new Request('https://shop.example/search', { headers: page }));

    expect(await response?.text()).toContain('<h1>Sorry: Shop is unavailable</h1>');
  });

  it('escapes everything that comes from a flag', async () => {
    const evil = `</title><script>alert(1)</script>"'&{end}`;
    const html = await (
      await refuse({ title: evil, message: evil, link: { href: `/a?"'<>&`, text: evil } }, page)
    ).text();

    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(html).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(html).toContain('href="/a?&quot;&#39;&lt;&gt;&amp;"');
  });

  it.each([
    ['ar', 'rtl'],
    ['he', 'rtl'],
    ['fa-IR', 'rtl'],
    // Kurdish: Kurmanji is written in Latin letters, Sorani in Arabic ones.
    ['ku', 'ltr'],
    ['ku-Arab', 'rtl'],
    ['ckb', 'rtl'],
    ['ar-Latn', 'ltr'],
    ['az-Arab', 'rtl'],
    ['pa', 'ltr'],
    ['pa-PK', 'rtl'],
    ['fr', 'ltr'],
  ])('has the direction of its script: %s is %s', async (locale, direction) => {
    const html = await (
      await refuse({ title: { [locale]: 'Closed' } }, { ...page, 'accept-language': locale })
    ).text();

    expect(html).toContain(`<html lang="${locale}" dir="${direction}"`);
  });
});

describe('the language', () => {
  const title = { en: 'Back soon', fr: 'De retour bientôt', 'pt-BR': 'Volta já', 'zh-Hans': '马上回来' };

  it.each([
    ['fr', 'fr'],
    ['fr-CA', 'fr'],
    ['de, fr;q=0.5', 'fr'],
    ['en;q=0.1, pt-br;q=0.9', 'pt-BR'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
    ['zh-TW', 'en'],
    ['pt-PT, en;q=0.9', 'pt-BR'],
    ['de', 'en'],
    ['*', 'en'],
    ['fr;q=0, *', 'en'],
    ['', 'en'],
    ['-;q=1,,;', 'en'],
  ])('for Accept-Language: %s is %s', async (acceptLanguage, locale) => {
    const response = await refuse({ title }, { 'accept-language': acceptLanguage });

    expect(response.headers.get('content-language')).toBe(locale);
    expect(await response.json()).toMatchObject({ notice: { title: title[locale as keyof typeof title] } });
  });

  it('has texts, and English ones where texts are missing', async () => {
    const messages = { fr: { down: 'Désolé, {feature} est indisponible' } };

    const response = await refuse(true, { ...page, 'accept-language': 'fr' }, { messages });

    expect(response.headers.get('content-language')).toBe('fr');
    const html = await response.text();
    expect(html).toContain('<h1>Désolé, Search est indisponible</h1>');
    expect(html).toContain('You will be able to use it later.');
  });
});

describe('pages of other origins', () => {
  const origin = 'https://app.example';

  it('can read a refusal of a request without cookies', async () => {
    const { headers } = await refuse(true, { origin });

    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-expose-headers')).toBe('retry-after');
  });

  it('can read a refusal of a request with cookies only if they are named', async () => {
    const named = await refuse(true, { origin }, { origins: [origin] });
    const other = await refuse(true, { origin: 'https://evil.example' }, { origins: [origin] });

    expect(named.headers.get('access-control-allow-origin')).toBe(origin);
    expect(named.headers.get('access-control-allow-credentials')).toBe('true');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('get an answer to the preflight that is not stored, so that they can read the refusal', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type, x-user',
    };

    const response = await refuse(true, headers, {}, { method: 'OPTIONS' });

    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-headers': 'content-type, x-user',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'retry-after',
      'access-control-max-age': '0',
      'cache-control': 'no-store',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });
});

describe('a page of one’s own', () => {
  it('replaces the built-in page and is sent as 503, whatever its status is', async () => {
    const response = await refuse(true, page, {
      page: ({ title, locale }) =>
        new Response(`<h1 lang="${locale}">${title}</h1>`, {
          headers: { 'content-type': 'text/html', 'x-own': '1', 'cache-control': 'max-age=60' },
        }),
    });

    expect(response.status).toBe(503);
    expect(response.headers.get('x-own')).toBe('1');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('retry-after')).toBe('120');
    expect(await response.text()).toBe('<h1 lang="en">Sorry: Search is unavailable</h1>');
  });

  it('may be a redirect', async () => {
    const response = await refuse(true, page, {
      page: () => Response.redirect('https://status.example/', 302),
    });

    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://status.example/');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is not used for problem details', async () => {
    const own = vi.fn(() => 'x');

    await refuse(true, {}, { page: own });

    expect(own).not.toHaveBeenCalled();
  });

  it('is replaced by the built-in page if it throws', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});

    const response = await refuse(true, page, {
      page: () => {
        throw new Error('template missing');
      },
    });

    expect(response.status).toBe(503);
    expect(await response.text()).toContain('<h1>Sorry: Search is unavailable</h1>');
    expect(console.error).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});
