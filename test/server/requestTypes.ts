// Compiled, never run: what `request` is in the flags' readers, as the README and the guide write them.
import type { LDClient } from '@launchdarkly/node-server-sdk';
import type { Request as ExpressRequest } from 'express';
import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { features } from './shop.js';

declare const client: LDClient;
const options = { features, failure: 'open' } as const;
const contextOf = (user: unknown) => ({ kind: 'user', key: String(user ?? 'anonymous') });

/** Stands for `NextRequest`. */
declare class FrameworkRequest extends Request {
  readonly cookies: ReadonlyMap<string, string>;
}

export const plain = maintenanceMiddleware({
  ...options,
  readFlags: launchDarklyFlags(client, (request) => contextOf(request.headers['x-user'])),
});
export const express = maintenanceMiddleware({
  ...options,
  readFlags: launchDarklyFlags(client, (request: ExpressRequest) => contextOf(request.ip)),
});
export const web = createMaintenanceHandler({
  ...options,
  readFlags: launchDarklyFlags(client, (request) => contextOf(request.headers.get('x-user'))),
});
export const framework = createMaintenanceHandler({
  ...options,
  readFlags: launchDarklyFlags(client, (request: FrameworkRequest) => contextOf(request.cookies.get('user'))),
});
export const answers = [framework(new FrameworkRequest('/')), web(new FrameworkRequest('/'))];
