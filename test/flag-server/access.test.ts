import { request } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

let server: TestFlagServer;

beforeEach(async () => {
  server = await startFlagServer(shopFlags(), { allowedHosts: ['flags.test'] });
});

afterEach(() => server.remove());

const alice = Buffer.from('{"kind":"user","key":"alice"}').toString('base64url');
const evaluation = `/sdk/evalx/local/contexts/${alice}`;
const paths = [evaluation, '/sdk/latest-all', '/api/v2/flags/default/site', '/api/v2/auditlog', '/nothing'];

interface Answer {
  status: number | undefined;
  cors: string | undefined;
  text: string;
}

/** fetch would not let a test choose `Host`. */
function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, server.url), { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          cors: response.headers['access-control-allow-origin'],
          text,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('a name that resolves to this machine (DNS rebinding)', () => {
  it.each([
    'evil.example',
    'evil.example:8765',
    'localhost.evil.example',
    'evillocalhost',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'evil.example#localhost',
    'xn--localhost-.example',
  ])('refuses the Host %s', async (host) => {
    for (const path of paths) {
      const { status, text } = await ask(path, { host });

      expect([path, status]).toEqual([path, 403]);
      expect(text).toContain('--allowed-host');
    }
  });

  it.each([
    'localhost',
    'LOCALHOST:1',
    'shop.localhost:99',
    '127.0.0.1',
    '127.9.9.9',
    '[::1]:80',
    '192.168.1.7',
    'flags.test:1',
    'localhost.',
  ])('accepts the Host %s, which cannot be rebound or was allowed', async (host) => {
    expect((await ask(evaluation, { host })).status).toBe(200);
  });
});

describe('a foreign page', () => {
  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'http://127.0.0.1.evil.example:80',
  ])('with the origin %s can neither read nor change flags', async (origin) => {
    for (const path of paths) {
      const { status, cors } = await ask(path, { origin });

      expect([path, status, cors]).toEqual([path, 403, undefined]);
    }
    const change = await ask('/api/v2/flags/default/site', { origin }, 'PATCH');
    const preflight = await ask(evaluation, { origin }, 'OPTIONS');

    expect([change.status, preflight.status, preflight.cors]).toEqual([403, 403, undefined]);
  });

  it('cannot load an answer as a script, for which browsers send no Origin', async () => {
    const { status } = await ask(evaluation, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' });

    expect(status).toBe(403);
  });
});

describe("a developer's own page", () => {
  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'http://[::1]:5173',
    'https://shop.localhost',
    'https://flags.test',
  ])('with the origin %s can read flags, also across origins', async (origin) => {
    const { status, cors } = await ask(evaluation, { origin, 'sec-fetch-site': 'cross-site' });

    expect([status, cors]).toEqual([200, origin]);
  });

  it('can read flags from another port of its own address, as on a phone in the same network', async () => {
    const origin = 'http://192.168.1.7:3000';

    expect((await ask(evaluation, { origin, host: '192.168.1.7:8765' })).cors).toBe(origin);
    expect((await ask(evaluation, { origin, host: '192.168.1.8:8765' })).status).toBe(403);
  });
});
