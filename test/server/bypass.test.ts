import { createServer } from 'node:http';
import fc from 'fast-check';
import { createMaintenanceHandler, type BypassOptions } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { listen } from './listen.js';
import { features, noon, routes } from './shop.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

const secret = 'correct horse battery staple';
const old = 'an older secret of the same shop';

afterEach(() => vi.restoreAllMocks());

function shop(bypass: Partial<BypassOptions> = {}, now = () => noon) {
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'site-maintenance': true, 'search-maintenance': 'read-only' }),
    failure: 'open',
    routes,
    bypass: { secrets: [secret], ...bypass },
    now,
  });
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    handler(new Request(`https://shop.example${path}`, { headers, method }));
}

const link = (value: string) => `/cart?a=1&maintenance-bypass=${encodeURIComponent(value)}&b=2`;

/** Where a browser goes from an address. */
function targetOf(response: Response | undefined, sent: string): string {
  const { pathname, search } = new URL(
    response?.headers.get('location') ?? 'no location',
    `https://shop.example${sent}`,
  );
  return pathname + search;
}

/** What a browser sends back after the secret link. */
async function cookieOf(ask: ReturnType<typeof shop>, value = secret): Promise<string> {
  const { response } = await ask(link(value));
  return response?.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

describe('the secret link', () => {
  it('sets a cookie and redirects to the same address without the secret', async () => {
    const { response } = await shop()(link(secret));

    expect(response?.status).toBe(303);
    expect(targetOf(response, link(secret))).toBe('/cart?a=1&b=2');
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(response?.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response?.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^maintenance-bypass=\d+\.[0-9a-f]{64}; Max-Age=43200; Path=\/; Secure; SameSite=Lax; HttpOnly$/,
      ),
      'maintenance-bypass-mark=1; Max-Age=43200; Path=/; Secure; SameSite=Lax',
    ]);
  });

  it('works while nothing is in maintenance, and on allowed paths, so that the secret never reaches the app', async () => {
    const { response } = await shop()(`/healthz?maintenance-bypass=${encodeURIComponent(secret)}`);

    expect(response?.status).toBe(303);
    expect(targetOf(response, '/healthz')).toBe('/healthz');
  });

  it.each([
    ['/shop/cart', '/cart'],
    ['/shop/', '/'],
    ['/shop', '/'],
  ])('opened at %s keeps that address if a proxy passes it on as %s', async (sent, received) => {
    const { response } = await shop()(`${received}?a=1&maintenance-bypass=${encodeURIComponent(secret)}`);

    expect(response?.status).toBe(303);
    expect(targetOf(response, sent)).toBe(`${sent}?a=1`);
  });

  it.each(['wrong', `${secret} `, secret.slice(0, -1), '', 'x'.repeat(5000)])(
    'treats %j like any other request: without a cookie, and without repeating the text',
    async (wrong) => {
      const { response } = await shop()(link(wrong), { accept: 'text/html' });

      expect(response?.status).toBe(503);
      expect(response?.headers.getSetCookie()).toEqual([]);
      const text = `${await response?.text()} ${JSON.stringify([...(response?.headers ?? [])])}`;
      if (wrong) expect(text).not.toContain(wrong);
    },
  );

  it('may contain a secret in Base64 as it is, in which "+" would otherwise be a space', async () => {
    const base64 = 'yQ+4mZ/nT0hC1x+RkUe7vA==';

    const { response } = await shop({ secrets: [secret, base64] })(`/cart?maintenance-bypass=${base64}`);

    expect(response?.status).toBe(303);
  });

  it('works with GET and HEAD only', async () => {
    const { response } = await shop()(link(secret), {}, 'POST');

    expect(response?.status).toBe(503);
    expect(response?.headers.getSetCookie()).toEqual([]);
  });

  it.each(['//evil.example/x', '/\\evil.example/x', '///evil.example'])(
    'does not redirect to another server with %s',
    async (path) => {
      const { response } = await shop()(`${path}?maintenance-bypass=${encodeURIComponent(secret)}`);
      const location = new URL(response?.headers.get('location') ?? 'http:', 'https://shop.example/cart');

      expect(location.origin).toBe('https://shop.example');
    },
  );

  it.each(['/\t/evil.example', '\t//evil.example', '//\t/evil.example'])(
    'does not redirect to another server with %j, although browsers drop the tab',
    async (path) => {
      const maintenance = maintenanceMiddleware({
        features,
        readFlags: () => ({}),
        failure: 'open',
        bypass: { secrets: [secret] },
      });
      const server = createServer((request, response) => {
        // A parser in front, such as a proxy's library, may let more characters through than Node's.
        request.url = `${path}?maintenance-bypass=off`;
        maintenance(request, response, () => response.end('app'));
      });
      const { status, headers } = await fetch(await listen(server), { redirect: 'manual' });

      expect(status).toBe(303);
      expect(new URL(headers.get('location') ?? '', 'https://shop.example').origin).toBe(
        'https://shop.example',
      );
    },
  );

  it('removes the cookie with "off"', async () => {
    const { response } = await shop()(link('off'));

    expect(response?.status).toBe(303);
    expect(response?.headers.getSetCookie().map((line) => line.split('; ').slice(0, 2))).toEqual([
      ['maintenance-bypass=', 'Max-Age=0'],
      ['maintenance-bypass-mark=', 'Max-Age=0'],
    ]);
  });

  it('does not appear in a log or an error', async () => {
    const written: unknown[] = [];
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, method).mockImplementation((...args) => void written.push(args));
    }
    const ask = shop();

    await ask(link(secret));
    await ask(link('a wrong one of some length'));
    const short = () => shop({ secrets: ['too short'] });

    expect(short).toThrow(/16 characters or more/);
    expect(short).not.toThrow(/too short/);
    expect(written).toEqual([]);
  });
});

describe('the cookie', () => {
  it('lets staff in, and names the bypassed features in a header', async () => {
    const ask = shop();
    const cookie = await cookieOf(ask);

    const answer = await ask('/cart', { cookie: `theme=dark; ${cookie}` });

    expect(answer.response).toBeUndefined();
    expect(answer.bypassed).toEqual(['site', 'search', 'comments', 'payments', 'checkout']);
    expect(answer.headers).toEqual({
      'maintenance-bypass': 'site, search, comments, payments, checkout',
      'cache-control': 'private, no-store',
    });
    expect(answer.snapshot?.windows).toEqual({});
  });

  it('is not checked while nothing is closed, and no feature is named as bypassed', async () => {
    const handler = createMaintenanceHandler({
      features,
      readFlags: () => ({ 'search-maintenance': 'degraded' }),
      failure: 'open',
      bypass: { secrets: [secret] },
      now: () => noon,
    });
    const cookie = await cookieOf(shop());
    const verify = vi.spyOn(crypto.subtle, 'verify');

    const answer = await handler(new Request('https://shop.example/', { headers: { cookie } }));

    expect(answer.bypassed).toEqual([]);
    expect(Object.keys(answer.snapshot?.windows ?? {})).toEqual(['search']);
    expect(verify).not.toHaveBeenCalled();
  });

  it('expires, even if the browser still sends it', async () => {
    let now = noon;
    const ask = shop({ maxAgeSeconds: 60 }, () => now);
    const cookie = await cookieOf(ask);

    now += 59_999;
    expect((await ask('/cart', { cookie })).response).toBeUndefined();
    now += 1;
    expect((await ask('/cart', { cookie })).response?.status).toBe(503);
  });

  it('is not valid for longer than the present maximum age', async () => {
    const cookie = await cookieOf(shop({ maxAgeSeconds: 86_400 }));

    expect((await shop({ maxAgeSeconds: 3600 })('/cart', { cookie })).response?.status).toBe(503);
  });

  it('survives a rotation of secrets until the old secret is removed', async () => {
    const cookie = await cookieOf(shop({ secrets: [old] }), old);

    const during = shop({ secrets: [secret, old] });
    const after = shop({ secrets: [secret] });

    expect((await during('/cart', { cookie })).response).toBeUndefined();
    expect((await after('/cart', { cookie })).response?.status).toBe(503);
  });

  it('ends with the secret of its link, even if other secrets are valid', async () => {
    const during = shop({ secrets: [secret, old] });
    const cookie = await cookieOf(during, old);

    expect((await during('/cart', { cookie })).response).toBeUndefined();
    expect((await shop({ secrets: [secret] })('/cart', { cookie })).response?.status).toBe(503);
  });

  it('is valid on a server whose clock is some minutes behind', async () => {
    const cookie = await cookieOf(shop());

    expect((await shop({}, () => noon - 3_000)('/cart', { cookie })).response).toBeUndefined();
    expect((await shop({}, () => noon - 299_000)('/cart', { cookie })).response).toBeUndefined();
    expect((await shop({}, () => noon - 302_000)('/cart', { cookie })).response?.status).toBe(503);
  });

  it.each([4, 179])('is found after %i well-formed cookies of another host of the domain', async (count) => {
    const ask = shop();
    const foreign = `maintenance-bypass=${Math.floor(noon / 1000) + 60}.${'0'.repeat(64)}; `.repeat(count);

    const { response } = await ask('/cart', { cookie: foreign + (await cookieOf(ask)) });

    expect(response).toBeUndefined();
  });

  it('works over plain HTTP and for all hosts of a domain, and is removed there, too', async () => {
    const ask = shop({ secure: false, domain: 'shop.example' });

    const lines = [await ask(link(secret)), await ask(link('off'))].flatMap(
      ({ response }) => response?.headers.getSetCookie() ?? [],
    );

    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).toContain('; Domain=shop.example; SameSite=Lax');
      expect(line).not.toContain('Secure');
    }
  });

  it('is valid if a subdomain has set another cookie with the same name', async () => {
    const ask = shop();
    const cookie = await cookieOf(ask);

    const { response } = await ask('/cart', { cookie: `maintenance-bypass=1.${'0'.repeat(64)}; ${cookie}` });

    expect(response).toBeUndefined();
  });

  it('has the configured name', async () => {
    const ask = shop({ cookieName: '__Host-staff', parameter: 'staff' });

    const { response } = await ask(`/?staff=${encodeURIComponent(secret)}`);

    expect(response?.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      '__Host-staff',
      'staff-mark',
    ]);
  });

  it('does not let in requests with the mark cookie', async () => {
    const { response } = await shop()('/cart', { cookie: 'maintenance-bypass-mark=1; maintenance-bypass=1' });

    expect(response?.status).toBe(503);
  });

  it('with any bytes never lets in a request and never throws', async () => {
    const ask = shop();

    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc
            .integer({ min: 32, max: 255 })
            .filter((code) => code !== 127)
            .map((code) => String.fromCharCode(code)),
        }),
        async (bytes) => {
          const whole = await ask('/cart', { cookie: bytes });
          const value = await ask('/cart', { cookie: `maintenance-bypass=${bytes}` });
          expect([whole.response?.status, value.response?.status]).toEqual([503, 503]);
        },
      ),
    );
  });

  it('does not let in a request if any character is changed', async () => {
    const ask = shop();
    const cookie = await cookieOf(ask);
    const start = 'maintenance-bypass='.length;

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: cookie.length - 1 }),
        fc.constantFrom(...'0123456789abcdefABCDEF.-_ ='),
        async (at, character) => {
          fc.pre(cookie[at] !== character);
          const changed = cookie.slice(0, at) + character + cookie.slice(at + 1);
          expect((await ask('/cart', { cookie: changed })).response?.status).toBe(503);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is compared by WebCrypto alone, in constant time', async () => {
    const ask = shop({ secrets: [secret, old] });
    const cookie = await cookieOf(ask);
    const verify = vi.spyOn(crypto.subtle, 'verify');

    await ask('/cart', { cookie });
    expect(verify).toHaveBeenCalledTimes(2);
    // Each secret twice: a space may also be a plus sign.
    await ask(link('a wrong secret of some length'));
    expect(verify).toHaveBeenCalledTimes(6);
  });
});
