import type { Request as ExpressRequest } from 'express';
import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { expect, it, vi } from 'vitest';

import { features } from './shop.js';

const options = { features, failure: 'open' } as const;
const contextOf = (user: unknown) => ({ kind: 'user', key: String(user ?? 'anonymous') });
const variationDetail = vi.fn(async (_flag: string, _context: { key: string }) => ({ value: false }));
const client = { variationDetail };

/** Stands for `NextRequest`. */
class FrameworkRequest extends Request {
  readonly cookies: ReadonlyMap<string, string> = new Map([['user', 'bob']]);
}

it('passes the request of the framework to readFlags, with its own type', async () => {
  const framework = createMaintenanceHandler({
    ...options,
    readFlags: launchDarklyFlags(client, (request: FrameworkRequest) =>
      contextOf(request.cookies.get('user')),
    ),
  });
  const web = createMaintenanceHandler({
    ...options,
    readFlags: launchDarklyFlags(client, (request) => contextOf(request.headers.get('x-user'))),
  });

  await framework(new FrameworkRequest('https://shop.example/'));
  await web(new FrameworkRequest('https://shop.example/'));

  expect([...new Set(variationDetail.mock.calls.map(([, { key }]) => key))]).toEqual(['bob', 'anonymous']);
});

it('accepts requests of Node and Express, with and without a type', () => {
  const plain = maintenanceMiddleware({
    ...options,
    readFlags: launchDarklyFlags(client, (request) => contextOf(request.headers['x-user'])),
  });
  const express = maintenanceMiddleware({
    ...options,
    readFlags: launchDarklyFlags(client, (request: ExpressRequest) => contextOf(request.ip)),
  });

  expect([plain, express].map((made) => typeof made)).toEqual(['function', 'function']);
});
