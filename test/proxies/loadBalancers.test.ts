import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, describe, expect, it } from 'vitest';

import { features, routes } from '../server/shop.js';
import { startProxy } from './startProxy.js';

const guide = readFileSync(new URL('../../stories/guides/LoadBalancers.mdx', import.meta.url), 'utf8');

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // Proxies first: they hold connections to the apps.
  for (const close of closings.splice(0).reverse()) await close();
});

/** Two servers of one app. Bob's search is down. */
async function startApps(): Promise<{ ports: number[]; calls: () => number }> {
  let calls = 0;
  const ports: number[] = [];
  while (ports.length < 2) {
    const maintenance = maintenanceMiddleware({
      features,
      readFlags: ({ headers }: IncomingMessage) => ({ 'search-maintenance': headers['x-user'] === 'bob' }),
      failure: 'open',
      routes,
    });
    const server = createServer((request, response) => {
      calls += 1;
      maintenance(request, response, () => response.end('app'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closings.push(
      () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    );
    ports.push((server.address() as AddressInfo).port);
  }
  return { ports, calls: () => calls };
}

const nginx = (ports: readonly number[], lines: string) =>
  startProxy(
    'nginx',
    (port, folder) => `
      daemon off; pid ${folder}/pid; error_log ${folder}/logs/error.log;
      events {}
      http {
        access_log off;
        client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        upstream app { ${ports.map((app) => `server 127.0.0.1:${app};`).join(' ')} }
        server {
          listen 127.0.0.1:${port};
          location = /sorry.html { return 200 'the proxy'; }
          location / { proxy_pass http://app; ${lines} }
        }
      }`,
  );

const haproxy = (ports: readonly number[], lines: string, check = '') =>
  startProxy(
    'haproxy',
    (port) => `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend web
  bind 127.0.0.1:${port}
  default_backend app
backend app
  ${lines}
${ports.map((app, index) => `  server app${index} 127.0.0.1:${app} ${check}`).join('\n')}
`,
  );

const caddy = (ports: readonly number[], lines: string) =>
  startProxy(
    'caddy',
    (port) => `
{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy ${ports.map((app) => `127.0.0.1:${app}`).join(' ')} {
    lb_policy round_robin
    ${lines}
  }
}
`,
  );

/** Each proxy: what it is like when it takes a refusal for a broken server, and the lines of the guide. */
const proxies = {
  nginx: {
    start: nginx,
    harmful: ['proxy_next_upstream error timeout http_503;'],
    guide: ['proxy_next_upstream error timeout;'],
  },
  HAProxy: {
    start: (ports: readonly number[], check: string) => haproxy(ports, '', `check inter 1h ${check}`),
    harmful: ['observe layer7 error-limit 3 on-error mark-down'],
    guide: ['observe layer4 error-limit 3 on-error mark-down'],
  },
  Caddy: {
    start: caddy,
    harmful: ['fail_duration 30s', 'max_fails 3', 'unhealthy_status 5xx'],
    guide: ['fail_duration 30s', 'max_fails 3', 'unhealthy_status 500 502 504'],
  },
};

async function statusOf(url: string, user: string): Promise<number> {
  const response = await fetch(`${url}/search`, { headers: { 'x-user': user } });
  await response.arrayBuffer();
  return response.status;
}

describe.each(Object.entries(proxies))('behind %s', (_, { start, harmful, guide: lines }) => {
  it('takes the server out for everyone if refusals count as failures', async () => {
    const { ports } = await startApps();
    const proxy = await start(ports, harmful.join('\n'));
    closings.push(proxy.stop);

    for (let asked = 0; asked < 12; asked += 1) await statusOf(proxy.url, 'bob');

    expect([502, 503]).toContain(await statusOf(proxy.url, 'ann'));
  });

  it('refuses one user and serves all others, with the lines of the guide', async () => {
    const { ports } = await startApps();
    const proxy = await start(ports, lines.join('\n'));
    closings.push(proxy.stop);

    const bob: number[] = [];
    for (let asked = 0; asked < 40; asked += 1) bob.push(await statusOf(proxy.url, 'bob'));

    expect(new Set(bob)).toEqual(new Set([503]));
    expect(await statusOf(proxy.url, 'ann')).toBe(200);
    for (const line of lines) expect(guide).toContain(line);
  });
});

describe('a refused POST', () => {
  const post = (url: string) =>
    fetch(`${url}/search`, { method: 'POST', body: '{"text":"shoes"}', headers: { 'x-user': 'bob' } });

  it.each([
    ['HAProxy', (ports: readonly number[]) => haproxy(ports, 'retry-on 503\n  retries 3'), 4],
    [
      'HAProxy with the lines of the guide',
      (ports: readonly number[]) => haproxy(ports, 'retry-on conn-failure empty-response\n  retries 3'),
      1,
    ],
    [
      'nginx with non_idempotent',
      (ports: readonly number[]) => nginx(ports, 'proxy_next_upstream http_503 non_idempotent;'),
      2,
    ],
    [
      'nginx with the lines of the guide',
      (ports: readonly number[]) => nginx(ports, 'proxy_next_upstream error timeout;'),
      1,
    ],
  ])('reaches the app as often as the proxy is configured to retry: %s', async (_, start, times) => {
    const { ports, calls } = await startApps();
    const proxy = await start(ports);
    closings.push(proxy.stop);

    const response = await post(proxy.url);

    expect(response.status).toBe(503);
    expect(calls()).toBe(times);
    expect(guide).toContain('retry-on conn-failure empty-response');
  });
});

describe('the document and Retry-After', () => {
  it.each([
    ['proxy_intercept_errors on; error_page 502 503 504 /sorry.html;', null],
    ['proxy_intercept_errors on; error_page 502 504 /sorry.html;', '120'],
    ['', '120'],
  ])('pass nginx unless it takes the 503 for its own: "%s"', async (lines, retryAfter) => {
    const { ports } = await startApps();
    const proxy = await nginx(ports, lines);
    closings.push(proxy.stop);

    const response = await fetch(`${proxy.url}/search`, { headers: { 'x-user': 'bob' } });
    const text = await response.text();

    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(text.includes('"feature":"search"')).toBe(retryAfter !== null);
    expect(guide).toContain('error_page 502 504 /sorry.html;');
  });

  it.each([
    ['HAProxy', (ports: readonly number[]) => haproxy(ports, '')],
    ['Caddy', (ports: readonly number[]) => caddy(ports, '')],
  ])('pass %s', async (_, start) => {
    const { ports } = await startApps();
    const proxy = await start(ports);
    closings.push(proxy.stop);

    const response = await fetch(`${proxy.url}/search`, { headers: { 'x-user': 'bob' } });

    expect(response.headers.get('retry-after')).toBe('120');
    expect(await response.json()).toMatchObject({ feature: 'search' });
  });
});
