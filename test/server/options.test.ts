import {
  cachedFlags,
  createMaintenanceHandler,
  launchDarklyFlags,
  openFeatureFlags,
  respond,
} from 'react-maintenance-mode/server';
import { describe, expect, it, vi } from 'vitest';

import { features, routes } from './shop.js';

// What callers without types would write.
const make = (options: object): unknown =>
  createMaintenanceHandler({ features, readFlags: () => ({}), failure: 'open', routes, ...options });

const strong = 'correct horse battery staple';

describe('an invalid option throws invalid-option when the handler is created', () => {
  it.each<[string, object]>([
    ['refusal.timeZone', { refusal: { timeZone: 'Etc/Unknown' } }],
    ['refusal.messages.not a locale', { refusal: { messages: { 'not a locale': {} } } }],
    ['refusal.messages.fr.donw', { refusal: { messages: { fr: { donw: 'x' } } } }],
    ['refusal.origins.0', { refusal: { origins: ['https://shop.example/'] } }],
    ['refusal.retryAfter.format', { refusal: { retryAfter: { format: 'minutes' } } }],
    ['refusal.page', { refusal: { page: '<h1>Closed</h1>' } }],
    ['refusal.frameAncestors.0', { refusal: { frameAncestors: ['*; script-src *'] } }],
    ['failure', { failure: 'opne' }],
    ['features', { features: undefined }],
    ['features.search', { features: { search: { flag: 'search-maintenance' } } }],
    ['readFlags', { readFlags: {} }],
    ['timeoutMs', { timeoutMs: '1s' }],
    ['timeoutMs', { timeoutMs: NaN }],
    ['timeoutMs', { timeoutMs: 2 ** 31 }],
    ['routes', { routes: ['/search'] }],
    ['reads.0', { reads: [1] }],
    ['allow.paths', { allow: { paths: '/sign-in' } }],
    ['allow.addresses', { allow: { addresses: '10.0.0.0/8' } }],
    ['allow.adresses', { allow: { adresses: [] } }],
    ['route', { route: {} }],
    ['onError', { onError: 'log' }],
    ['now', { now: () => new Date() + '' }],
    ['bypass.secrets', { bypass: {} }],
    ['bypass.maxAgeSeconds', { bypass: { secrets: [strong], maxAgeSeconds: 0 } }],
    ['bypass.domain', { bypass: { secrets: [strong], domain: 'https://shop.example' } }],
    ['bypass.cookieName', { bypass: { secrets: [strong], cookieName: 'a b' } }],
    ['bypass.secure', { bypass: { secrets: [strong], cookieName: '__Secure-staff', secure: false } }],
    ['bypass.domain', { bypass: { secrets: [strong], cookieName: '__Host-staff', domain: 'shop.example' } }],
  ])('%s', (name, options) => {
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`] ${name} is `) }),
    );
  });

  it.each([
    undefined,
    null,
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    'passwordpassword',
    'abcdefghijklmnop',
    '1234567890123456',
    'undefined-undefined',
    `${strong}\n`,
    'x'.repeat(2000),
  ])('a secret such as %j, without repeating it', (secret) => {
    const bypass = { secrets: [strong, secret] };

    expect(() => make({ bypass })).toThrow(/bypass\.secrets\.1 is .*openssl rand -hex 32/);
    if (secret) expect(() => make({ bypass })).not.toThrow(secret.trim());
  });

  it('accepts secrets from openssl', () => {
    expect(() => make({ bypass: { secrets: ['9f86d081884c7d659a2feaa0c55ad015', strong] } })).not.toThrow();
  });

  it('an object that is not a client of a flag service, and options of cachedFlags', () => {
    const client = Promise.resolve({}) as never;

    expect(() => launchDarklyFlags(client, () => ({}))).toThrow(/no variationDetail\(\)/);
    expect(() => openFeatureFlags(client, () => ({}))).toThrow(/no getBooleanDetails/);
    expect(() => cachedFlags(() => ({}), { keyOf: () => 'bob', maxEntries: 0 })).toThrow(/maxEntries is 0/);
  });

  it('but respond sends the built-in refusal, because it is too late to throw', async () => {
    const onError = vi.fn();
    const state = {
      feature: 'search',
      mode: 'down',
      phase: 'active',
      canRead: false,
      canWrite: false,
    } as const;

    const response = await respond(
      new Request('https://shop.example/'),
      { ...state, cause: 'search', notice: null, windowId: 'w', endsAt: Date.now() + 60_000 },
      { timeZone: 'Etc/Unknown', onError },
    );

    expect(response.status).toBe(503);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['invalid-option']);
  });
});
