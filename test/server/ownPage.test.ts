import { createServer } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { createMaintenanceHandler, type RefusalOptions } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { describe, expect, it, vi } from 'vitest';

import { listen } from './listen.js';
import { features, routes } from './shop.js';

type Page = NonNullable<RefusalOptions['page']>;

const html = { accept: 'text/html' };

async function refuse(page: unknown, refusal: Partial<RefusalOptions> = {}) {
  const onError = vi.fn();
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'search-maintenance': true }),
    failure: 'open',
    routes,
    // Some of these are not what the types ask for.
    refusal: { pageTimeoutMs: 40, ...refusal, page: page as Page },
    onError,
  });
  const { response } = await handler(new Request('https://shop.example/search', { headers: html }));
  if (!response) throw new Error('not refused');
  return { response, text: await response.text(), onError };
}

/** The status page of an app's other server. */
function statusPage() {
  return listen(
    createServer((_request, response) => {
      response.writeHead(200, {
        'content-type': 'text/html; charset=iso-8859-1',
        'content-encoding': 'gzip',
        'transfer-encoding': 'chunked',
        connection: 'keep-alive, x-hop',
        'keep-alive': 'timeout=5',
        'x-hop': 'of this connection',
        'set-cookie': ['a=1; Path=/', 'b=2; Expires=Thu, 26 Nov 2026 12:00:00 GMT', 'c=3'],
        'cache-control': 'public, max-age=600',
        'cdn-cache-control': 'max-age=600',
        'x-accel-expires': '600',
        expires: 'Thu, 26 Nov 2099 12:00:00 GMT',
        etag: '"1"',
        'last-modified': 'Thu, 26 Nov 2020 12:00:00 GMT',
        'x-own': 'kept',
      });
      response.end(gzipSync(Buffer.from('<h1>Caf\u00e9</h1>', 'latin1')));
    }),
  );
}

describe('a page of one’s own that was fetched', () => {
  it('keeps headers that describe the page, and drops those of the connection and the cache', async () => {
    const url = await statusPage();

    const { response, onError } = await refuse(() => fetch(url), { pageTimeoutMs: 5000 });

    const headers = Object.fromEntries(response.headers);
    expect(onError).not.toHaveBeenCalled();
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toHaveLength(3);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=iso-8859-1',
      'content-length': '13',
      'cache-control': 'no-store',
      'x-own': 'kept',
    });
    expect(Object.keys(headers).sort()).toEqual([
      'access-control-allow-origin',
      'access-control-expose-headers',
      'cache-control',
      'content-language',
      'content-length',
      'content-type',
      'retry-after',
      'set-cookie',
      'vary',
      'x-content-type-options',
      'x-frame-options',
      'x-own',
    ]);
  });

  it('is the same bytes over HTTP/1.1 and HTTP/2, whatever its charset', async () => {
    const url = await statusPage();
    const maintenance = maintenanceMiddleware({
      features,
      readFlags: () => ({ 'search-maintenance': true }),
      failure: 'open',
      routes,
      refusal: { page: () => fetch(url), pageTimeoutMs: 5000 },
    });
    const http1 = await listen(
      createServer((request, response) => maintenance(request, response, () => response.end('app'))),
    );
    const http2 = await listen(
      // Its requests and responses are those of node:http to what is made for that.
      createHttp2Server((request, response) =>
        maintenance(request as never, response as never, () => response.end('app')),
      ) as never,
    );

    const first = await fetch(new URL('/search', http1), { headers: html });
    const second = await fetchHttp2(http2, '/search');

    expect(first.status).toBe(503);
    expect(Buffer.from(await first.arrayBuffer()).toString('latin1')).toBe('<h1>Caf\u00e9</h1>');
    expect(second).toEqual({ status: 503, body: '<h1>Caf\u00e9</h1>', cookies: 3 });
  });
});

describe('a page of one’s own that cannot be used', () => {
  const never = new Promise<never>(() => {});

  it.each<[string, unknown, string]>([
    ['never settles', () => never, 'within 40 ms'],
    ['has a body that never ends', () => new Response(new ReadableStream({})), 'within 40 ms'],
    ['is longer than any page', () => new Response('x'.repeat(5_000_001)), '5000000 bytes'],
    ['is a number', () => 503, 'neither a text nor a Response'],
    ['is nothing', () => undefined, 'neither a text nor a Response'],
    ['is a node of React', () => ({ type: 'p', props: {} }), 'neither a text nor a Response'],
    ['is the Response of a failed request', () => Response.error(), 'request that failed'],
    ['redirects nowhere', () => new Response(null, { status: 302 }), 'no Location'],
    ['rejects with nothing', () => Promise.reject(), 'undefined'],
    ['rejects with what has no text', () => Promise.reject(Object.create(null)), '{}'],
    [
      'breaks off',
      () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('gone')) })),
      'gone',
    ],
  ])('%s: the built-in page is sent, and the reason is reported', async (_, page, reason) => {
    const { response, text, onError } = await refuse(page);

    expect(response.status).toBe(503);
    expect(text).toContain('<h1>Sorry: Search is unavailable</h1>');
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['page-failed']);
    expect(onError.mock.calls[0]?.[0].message).toContain(reason);
  });

  it('was read before: the second visitor gets the built-in page', async () => {
    const once = new Response('<h1>Closed</h1>');
    const page = () => once;

    const first = await refuse(page);
    const second = await refuse(page);

    expect(first.text).toBe('<h1>Closed</h1>');
    expect(second.text).toContain('<h1>Sorry: Search is unavailable</h1>');
  });

  it('comes too late: its body is canceled', async () => {
    const cancel = vi.fn();
    let give = (_page: Response): void => {};
    const late = new Promise<Response>((resolve) => (give = resolve));

    await refuse(() => late);
    give(new Response(new ReadableStream({ cancel })));

    await vi.waitFor(() => expect(cancel).toHaveBeenCalledTimes(1));
  });

  it('is a 304: it is sent as 503, because no cache stores it', async () => {
    const { response } = await refuse(() => new Response(null, { status: 304 }));

    expect(response.status).toBe(503);
  });
});

describe('a refusal in a frame', () => {
  it('is not shown by default', async () => {
    const builtIn = await refuse(undefined);
    const own = await refuse(() => '<h1>Closed</h1>');

    expect(builtIn.response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(builtIn.response.headers.get('x-frame-options')).toBe('DENY');
    expect(own.response.headers.get('x-frame-options')).toBe('DENY');
  });

  it('is shown by the origins that are named', async () => {
    const frameAncestors = ["'self'", 'https://portal.example'];

    const { response } = await refuse(undefined, { frameAncestors });

    expect(response.headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self' https://portal.example",
    );
    expect(response.headers.get('x-frame-options')).toBeNull();
  });

  it("follows the headers of the app's own page", async () => {
    const headers = { 'x-frame-options': 'SAMEORIGIN' };

    const { response } = await refuse(() => new Response('<h1>Closed</h1>', { headers }));

    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

function fetchHttp2(
  url: URL,
  path: string,
): Promise<{ status: number | undefined; body: string; cookies: number }> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    session.on('error', reject);
    const stream = session.request({ ':path': path, ...html });
    const chunks: Buffer[] = [];
    let status: number | undefined;
    let cookies = 0;
    stream.on('error', reject);
    stream.on('response', (headers) => {
      status = headers[':status'];
      cookies = headers['set-cookie']?.length ?? 0;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      session.close();
      resolve({ status, body: Buffer.concat(chunks).toString('latin1'), cookies });
    });
  });
}
