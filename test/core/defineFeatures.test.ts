import { defineFeatures, type FeatureDefinition } from 'react-maintenance-mode/core';
import { describe, expect, it } from 'vitest';

/** What a program without types may write. */
const define = (definitions: Record<string, FeatureDefinition>) => defineFeatures(definitions);

function errorOf(definitions: Record<string, FeatureDefinition>): { code?: string; message?: string } {
  try {
    define(definitions);
  } catch (error) {
    return error as Error;
  }
  return {};
}

describe('defineFeatures', () => {
  it('fills in defaults', () => {
    expect(defineFeatures({ search: { flag: 'search-m' } })).toEqual({
      search: {
        key: 'search',
        flag: 'search-m',
        label: 'search',
        plural: false,
        mode: 'down',
        scope: 'feature',
        maintenanceWhen: 'on',
        failure: 'open',
        causes: ['search'],
      },
    });
  });

  it('keeps given options', () => {
    const said = {
      flag: 'search-enabled',
      label: 'Search',
      plural: true,
      mode: 'read-only',
      scope: 'site',
      maintenanceWhen: 'off',
      failure: 'closed',
    } as const;

    expect(defineFeatures({ search: said }).search).toEqual({ key: 'search', ...said, causes: ['search'] });
  });

  it('finds indirect dependencies, the nearest first, and the site last', () => {
    const features = defineFeatures({
      site: { flag: 's', scope: 'site' },
      checkout: { flag: 'a', dependsOn: ['cart', 'payments'] },
      cart: { flag: 'b', dependsOn: ['stock'] },
      payments: { flag: 'c', dependsOn: ['bank', 'stock'] },
      bank: { flag: 'd' },
      stock: { flag: 'e' },
    });

    expect(features.checkout.causes).toEqual(['checkout', 'cart', 'payments', 'stock', 'bank', 'site']);
    expect(features.stock.causes).toEqual(['stock', 'site']);
    expect(features.site.causes).toEqual(['site']);
  });

  it('adds the dependencies of the site to every feature, including those dependencies', () => {
    const features = defineFeatures({
      site: { flag: 's', scope: 'site', dependsOn: ['database'] },
      database: { flag: 'd' },
      search: { flag: 'a' },
    });

    expect(features.search.causes).toEqual(['search', 'site', 'database']);
    expect(features.database.causes).toEqual(['database', 'site']);
  });

  it('accepts features with any name', () => {
    const features = define(
      JSON.parse(
        '{"__proto__": {"flag": "a"}, "constructor": {"flag": "b", "dependsOn": ["__proto__"]}}',
      ) as Record<string, FeatureDefinition>,
    );

    expect(Object.keys(features)).toEqual(['__proto__', 'constructor']);
    expect(Object.getOwnPropertyDescriptor(features, 'constructor')?.value).toMatchObject({
      flag: 'b',
      causes: ['constructor', '__proto__'],
    });
  });

  it('refuses a cycle of dependencies, and prints it', () => {
    const { code, message } = errorOf({
      entrance: { flag: 'e', dependsOn: ['a'] },
      a: { flag: 'a', dependsOn: ['x', 'b'] },
      b: { flag: 'b', dependsOn: ['c'] },
      c: { flag: 'c', dependsOn: ['a'] },
      x: { flag: 'x' },
    });

    expect(code).toBe('dependency-cycle');
    expect(message).toContain('a -> b -> c -> a.');
    expect(errorOf({ a: { flag: 'a', dependsOn: ['a'] } }).message).toContain('a -> a.');
  });

  it('refuses an undefined dependency, and lists the defined features', () => {
    const { code, message } = errorOf({
      checkout: { flag: 'a', dependsOn: ['payment'] },
      payments: { flag: 'b' },
    });

    expect(code).toBe('unknown-dependency');
    expect(message).toContain(
      '"checkout" depends on "payment", which is not defined. Defined are: checkout, payments.',
    );
    expect(errorOf({ a: { flag: 'a', dependsOn: ['toString'] } }).code).toBe('unknown-dependency');
  });

  it('refuses one flag for two features, and names the flag and both features', () => {
    const { code, message } = errorOf({ search: { flag: 'a' }, comments: { flag: 'a' } });

    expect(code).toBe('duplicate-flag');
    expect(message).toContain('"search" and "comments" both name the flag "a"');
  });

  it.each([[''], [undefined], [5]])('refuses %j as the key of a flag, and names the feature', (flag) => {
    const { code, message } = errorOf({ search: { flag: flag as string } });

    expect(code).toBe('empty-flag');
    expect(message).toContain('"search"');
  });

  it.each([
    ['mode', { mode: 'readonly' }, 'mode "readonly". Expected degraded or read-only or down.'],
    ['scope', { scope: 'global' }, 'scope "global". Expected site or feature.'],
    ['failure', { failure: 'close' }, 'failure "close". Expected open or closed.'],
    ['maintenanceWhen', { maintenanceWhen: false }, 'maintenanceWhen false. Expected on or off.'],
  ])('refuses a wrong %s, and names what it may be', (_, wrong, message) => {
    // What the types refuse, and JavaScript does not.
    const { code, message: found } = errorOf({ search: { flag: 'a', ...(wrong as object) } });

    expect(found).toContain(`Feature "search" has the ${message}`);
    expect(code).toBe('invalid-option');
  });

  it('lists only some of many features', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`f${index}`, { flag: `${index}` }]),
    );

    const { message } = errorOf({ ...many, last: { flag: 'last', dependsOn: ['none'] } });

    expect(message?.length).toBeLessThan(400);
  });

  it('accepts ten thousand features in chains', () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `f${index}`,
        { flag: `flag-${index}`, dependsOn: index % 20 ? [`f${index - 1}`] : [] },
      ]),
    );

    const features = define(definitions);

    expect(features['f9999']?.causes).toHaveLength(20);
  });

  it('accepts a chain of a thousand features', () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `f${index}`,
        { flag: `flag-${index}`, dependsOn: index < 999 ? [`f${index + 1}`] : [] },
      ]),
    );

    expect(define(definitions)['f0']?.causes).toHaveLength(1000);
  });

  it('visits each dependency once: sixty diamonds in a row have 2^60 paths', () => {
    const definitions: Record<string, FeatureDefinition> = { end: { flag: 'end' } };
    for (let row = 0; row < 60; row += 1) {
      const next = row ? [`left${row - 1}`, `right${row - 1}`] : ['end'];
      definitions[`left${row}`] = { flag: `left${row}`, dependsOn: next };
      definitions[`right${row}`] = { flag: `right${row}`, dependsOn: next };
    }

    expect(define(definitions)['left59']?.causes).toHaveLength(120);
  });
});
