import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { chromiumOptions } from '../../scripts/chromiumOptions.mjs';
import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';

const token = 'secret';
let browser: Browser;
let flags: TestFlagServer;
let pages: string;

beforeAll(async () => {
  // Every host name resolves to this machine, like an attacker's name after DNS rebinding.
  browser = await chromium.launch(chromiumOptions(['--host-resolver-rules=MAP * 127.0.0.1']));
  flags = await startFlagServer({ flagValues: { 'search-maintenance': false } }, { token });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pages = String((server.address() as AddressInfo).port);
  afterAll(() => server.close());
});

afterAll(async () => {
  await browser.close();
  await flags.remove();
});

/** What a script of the page at this address can do with the flag server at that one. */
async function attack(pageUrl: string, serverUrl: string): Promise<Record<string, string>> {
  const page = await browser.newPage();
  await page.goto(pageUrl);
  const got = await page.evaluate(
    async ({ url, authorization, context }) => {
      const ask = async (path: string, init?: RequestInit): Promise<string> => {
        try {
          return String((await fetch(url + path, init)).status);
        } catch {
          return 'unreadable';
        }
      };
      const events = (path: string): Promise<string> =>
        new Promise((resolve) => {
          const source = new EventSource(url + path);
          const end = (word: string) => () => (source.close(), resolve(word));
          source.addEventListener('put', end('put'));
          source.addEventListener('error', end('unreadable'));
        });
      return {
        evaluation: await ask(`/sdk/evalx/any/contexts/${context}`),
        stream: await events(`/eval/any/${context}`),
        flag: await ask('/api/v2/flags/default', { headers: { authorization } }),
      };
    },
    { url: serverUrl, authorization: token, context: Buffer.from('{"key":"bob"}').toString('base64url') },
  );
  await page.close();
  return got;
}

it('refuses a page that uses DNS rebinding, even with the access token', async () => {
  const { port } = new URL(flags.url);
  const rebound = `http://evil.example:${port}`;

  const got = await attack(rebound, rebound);

  expect(got).toEqual({ evaluation: '403', stream: 'unreadable', flag: '403' });
});

it('refuses pages of other sites', async () => {
  const got = await attack(`http://evil.example:${pages}`, flags.url);

  expect(got).toEqual({ evaluation: 'unreadable', stream: 'unreadable', flag: 'unreadable' });
});

it('answers a local page on another port, and with the token also requests to the REST API', async () => {
  for (const host of ['localhost', '127.0.0.1', 'shop.localhost']) {
    const got = await attack(`http://${host}:${pages}`, flags.url);

    expect(got).toEqual({ evaluation: '200', stream: 'put', flag: '200' });
  }
});
