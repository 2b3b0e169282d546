import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findViolations } from './architecture/findViolations.js';

const src = join(import.meta.dirname, '../src');
const sourceFiles = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => path.split(sep).join('/'));

describe('the layout of src', () => {
  it('is what the rules say, in every file', () => {
    const files = Object.fromEntries(
      sourceFiles.map((path) => [path, readFileSync(join(src, path), 'utf8')]),
    );

    expect(findViolations(files)).toEqual([]);
    expect(sourceFiles.length).toBeGreaterThan(50);
  });

  it('has no drawers for what belongs nowhere', () => {
    const drawer = /(^|\/)(utils?|helpers?|common|shared|misc|types|constants|\w*Manager)(\/|\.tsx?$)/;

    expect(sourceFiles.filter((path) => drawer.test(path))).toEqual([]);
  });
});

/** Files that the examples import. */
const others = {
  'core/errors.ts': 'export const a = 1;',
  'core/Maintenance.ts': 'export interface Maintenance {}',
  'react/MaintenanceGate.tsx': 'export const b = 1;',
  'sources/launchdarkly/launchDarklySource.ts': 'export const c = 1;',
  'flag-server/createFlagServer.ts': 'export const d = 1;',
  'core/index.ts': 'export const e = 1;',
};

describe('the check of the layout', () => {
  it.each([
    ['core/a.ts', `import { b } from '../react/MaintenanceGate.js';`, 'imports react/MaintenanceGate.tsx'],
    [
      'core/a.ts',
      `import type { b } from '../react/MaintenanceGate.js';`,
      'imports react/MaintenanceGate.tsx',
    ],
    [
      'core/a.ts',
      `type B = typeof import('../react/MaintenanceGate.js');`,
      'imports react/MaintenanceGate.tsx',
    ],
    ['core/a.ts', `export * from '../react/MaintenanceGate.js';`, 'imports react/MaintenanceGate.tsx'],
    ['core/a.ts', `const b = await import('../react/MaintenanceGate.js');`, 'imports react/MaintenanceGate'],
    ['core/a.ts', `import type { ReactNode } from 'react';`, 'imports react'],
    ['core/a.ts', `import { readFileSync } from 'node:fs';`, 'imports node:fs'],
    ['core/a.ts', `import { e } from './index.js';`, 'imports core/index.ts: entries are for outsiders'],
    ['core/a.ts', `import { a } from './errors';`, 'imports ./errors, which names no file'],
    ['core/a.ts', `import { a } from './missing.js';`, 'imports ./missing.js, which names no file'],
    ['core/a.ts', `export const width = window.innerWidth;`, 'uses window while it loads'],
    ['core/a.ts', `export function read() { return document.title; }`, 'uses document'],
    ['core/a.ts', `export function read() { return globalThis.window; }`, 'uses globalThis'],
    ['core/a.ts', `setTimeout(() => {}, 1);`, 'uses setTimeout while it loads'],
    ['core/a.ts', `export const started = Date.now();`, 'uses Date while it loads'],
    [
      'core/a.ts',
      `let count = 0; export const add = () => (count += 1);`,
      'holds state at module level: count',
    ],
    ['react/a.ts', `const seen = new Map<string, number>();`, 'holds state at module level: seen'],
    ['react/a.ts', `export const seen = new WeakSet() as object;`, 'holds state at module level: seen'],
    ['react/a.ts', `const names = new Set(['a']);`, 'holds state at module level: names'],
    ['server/a.ts', `var seen = 1;`, 'holds state at module level: seen'],
    [
      'react/a.tsx',
      `import { c } from '../sources/launchdarkly/launchDarklySource.js';`,
      'imports sources/launchdarkly/launchDarklySource.ts',
    ],
    [
      'react/a.tsx',
      `import { useLDClient } from 'launchdarkly-react-client-sdk';`,
      'imports launchdarkly-react',
    ],
    [
      'sources/a.ts',
      `import { init } from 'launchdarkly-js-client-sdk';`,
      'imports launchdarkly-js-client-sdk, of which it may import types only',
    ],
    ['sources/a.ts', `import { useMemo } from 'react';`, 'imports react'],
    ['sources/a.ts', `import { b } from '../react/MaintenanceGate.js';`, 'imports react/MaintenanceGate.tsx'],
    ['server/a.ts', `import { b } from '../react/MaintenanceGate.js';`, 'imports react/MaintenanceGate.tsx'],
    ['server/a.ts', `import { createServer } from 'node:http';`, 'imports node:http, of which it may import'],
    ['cli/guard.ts', `import { d } from '../flag-server/createFlagServer.js';`, 'imports flag-server/create'],
    [
      'core/a.ts',
      `import { version } from '../../package.json';`,
      'imports ../../package.json, which names no',
    ],
    ['cli/guard.ts', `import type { M } from '../core/Maintenance.js';`, 'imports core/Maintenance.ts'],
    ['flag-server/a.ts', `import { a } from '../core/errors.js';`, 'imports core/errors.ts'],
    ['misplaced.ts', `export {};`, 'is in no folder that has a rule'],
  ])('refuses in %s: %s', (path, text, violation) => {
    const found = findViolations({ ...others, [path]: text });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path} ${violation}`);
  });

  it('refuses imports in a circle, by types too', () => {
    const found = findViolations({
      'core/a.ts': `import { b } from './b.js';`,
      'core/b.ts': `import type { C } from './c.js';`,
      'core/c.ts': `export { a } from './a.js';`,
    });

    expect(found).toEqual(['core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts is a circle.']);
  });

  it.each([
    ['core/a.ts', `import type { Maintenance } from './Maintenance.js';`],
    ['core/a.ts', `export function later(window: object) { setTimeout(() => window, 1); }`],
    [
      'core/a.ts',
      `export const read = ({ window, location: { x } }) => [window.mode, x.document, { document: 1 }];`,
    ],
    ['core/a.ts', `export type Where = Location | typeof window;`],
    [
      'core/a.ts',
      `const modes = ['down']; export function f() { const seen = new Set(modes); let n = 0; return [seen, n]; }`,
    ],
    ['react/a.ts', `const names: ReadonlySet<string> = new Set(['a']);`],
    ['sources/a.ts', `import type { LDClient } from 'launchdarkly-js-client-sdk';`],
    [
      'sources/VendorProvider.tsx',
      `import { useLDClient } from 'launchdarkly-react-client-sdk'; import { b } from '../react/MaintenanceGate.js';`,
    ],
    ['server/ServerGate.tsx', `import { b } from '../react/MaintenanceGate.js';`],
    ['server/a.ts', `import type { IncomingMessage } from 'node:http';`],
    ['server/node/a.ts', `import { STATUS_CODES } from 'node:http';`],
    ['cli/serve.ts', `import { d } from '../flag-server/createFlagServer.js';`],
    ['cli/createProgram.ts', `import { version } from '../../package.json';`],
    ['cli/main.ts', `let interrupted = false; process.on('SIGINT', () => (interrupted = true));`],
  ])('allows in %s: %s', (path, text) => {
    expect(findViolations({ ...others, [path]: text })).toEqual([]);
  });
});
