import fc from 'fast-check';
import {
  createRules,
  decide,
  defaultAllowedPaths,
  readStates,
  takeSnapshot,
} from 'react-maintenance-mode/server';
import { describe, expect, it } from 'vitest';

import { features, noon, routes } from './shop.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

const rules = createRules({
  features,
  routes,
  allowPaths: ['/sign-in', '/assets/*'],
  reads: ['POST /comments/find'],
});
const snapshotOf = (flags: Record<string, unknown>) =>
  takeSnapshot({ features, flags, now: noon, onError: () => {} });

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const awkward = fc
  .array(
    fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%2e',
      '%5c',
      '%00',
      '%',
      '%ff',
      'sign-in',
      'assets',
      'search',
      'SEARCH',
      'comments',
      ';',
      '?',
      '*',
      ':x',
      ' ',
    ),
  )
  .map((parts) => parts.join(''));
const path = fc.oneof(
  bytes,
  awkward,
  awkward.map((text) => `/${text}`),
);
const method = fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'get', ''), bytes);

describe('decide, for any request', () => {
  it('never throws, and refuses everything that is not allowed while the site is down', () => {
    const states = readStates(features, snapshotOf({ 'site-maintenance': true }));
    const allowed = [...defaultAllowedPaths, '/sign-in', '/assets/*'];

    fc.assert(
      fc.property(
        path,
        method,
        fc.option(method, { nil: undefined }),
        fc.boolean(),
        (path, method, requestedMethod, upgrade) => {
          const { answer } = decide({ path, method, requestedMethod, upgrade }, states, rules);
          if (answer !== 'pass') return;
          const [read = ''] = path.split('?');
          const starts = allowed.map((pattern) => pattern.replace('/*', ''));
          expect(starts.some((start) => read === start || read.startsWith(`${start}/`))).toBe(true);
          expect(read).not.toMatch(/\/\.\.?(\/|$)|;|%2f|%5c|%2e|\\|\/\//i);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('never lets a write through while the site is read-only', () => {
    const states = readStates(features, snapshotOf({ 'site-maintenance': 'read-only' }));

    fc.assert(
      fc.property(path, method, (path, method) => {
        fc.pre(!rules.isAllowed(path) && !/^\/comments\/find\/?(\?|$)/.test(path));
        const { answer } = decide({ path, method }, states, rules);
        expect(answer === 'pass').toBe(['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method));
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws for any flag values', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), path, (site, search, path) => {
        const states = readStates(
          features,
          snapshotOf({ 'site-maintenance': site, 'search-maintenance': search }),
        );
        const { answer } = decide({ path, method: 'GET' }, states, rules);
        expect(['pass', 'refuse', 'preflight']).toContain(answer);
      }),
      { numRuns: 2000 },
    );
  });
});
