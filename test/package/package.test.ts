import { readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { installInto, packPackage, typescript, withVersion, type ConsumerProject } from './installPackage.js';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, unknown>;
};
const modules = Object.keys(manifest.exports)
  .filter((entry) => !/\.(css|json)$/.test(entry))
  // They are loaded by Storybook alone, and import it: test/consumers/storybook.test.ts runs them there.
  .filter((entry) => !['./storybook/manager', './storybook/preview'].includes(entry))
  .map((entry) => manifest.name + entry.slice(1));

let packed: ReturnType<typeof packPackage>;

beforeAll(() => {
  packed = packPackage();
});

describe('the packed package', () => {
  it('holds what is shipped and nothing else', () => {
    const litter = packed.files.filter(
      (path) =>
        !/^(dist|src)\/[\w/-]+\.(js|js\.map|d\.ts|d\.ts\.map|ts|tsx|css|css\.d\.ts|schema\.json)$/.test(
          path,
        ) &&
        !['dist/cli/THIRD_PARTY_LICENSES.txt', 'package.json', 'LICENSE'].includes(path) &&
        !/^([A-Z]+\.md|docs\/[\w-]+\.png)$/.test(path),
    );

    expect(litter).toEqual([]);
    expect(packed.files.filter((path) => /\.(test|stories)\.|metafile|tsbuildinfo/.test(path))).toEqual([]);
    expect(packed.files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md']));
  });

  it('leaves out the sources of the command and of the flag server, which are for no bundler', () => {
    expect(packed.files.filter((path) => /^(src|dist)\/flag-server\/|^src\/cli\//.test(path))).toEqual([]);
    expect(packed.files).toContain('dist/cli/main.js');
  });

  it('has every file that a source map names', () => {
    const maps = packed.files.filter((path) => path.endsWith('.map'));

    const missing = maps.flatMap((path) => {
      const { sources } = JSON.parse(readFileSync(join(root, path), 'utf8')) as { sources: string[] };
      return sources
        .map((source) => join(dirname(path), source))
        .filter((source) => !packed.files.includes(source));
    });

    expect(missing).toEqual([]);
    expect(maps.length).toBeGreaterThan(100);
  });

  it('has every file that its README shows or leads to', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const paths = [...readme.matchAll(/(?:src|srcset)="([^"]+)"|\]\(([^)#][^)]*)\)/g)].map(
      ([, a, b]) => a ?? b,
    );

    expect(paths.filter((path) => !packed.files.includes(path ?? ''))).toEqual([]);
    expect(paths).toContain('docs/demo-dark.png');
  });

  it('says nothing of the machine that it was built on', () => {
    const places = [root, homedir(), tmpdir(), '/home/', '/Users/'].filter((place) => place.length > 1);

    const telling = packed.files.filter((path) => {
      // The one folder that the command names is where leases are, and the same on every machine.
      const text = readFileSync(join(root, path), 'utf8').replaceAll('/tmp/maintenance-mode-leases', '');
      return places.some((place) => text.includes(`${place.replace(/\/$/, '')}/`));
    });

    expect(telling).toEqual([]);
  });

  it("keeps 'use client' in the files that have it, and puts it into no other", () => {
    const sources = packed.files.filter((path) => /^src\/(?!cli|flag-server).*\.tsx?$/.test(path));

    const marked = (path: string) => /^["']use client["'];/.test(readFileSync(join(root, path), 'utf8'));
    const wrong = sources.filter((source) => {
      const built = source.replace(/^src/, 'dist').replace(/\.tsx?$/, '.js');
      return packed.files.includes(built) && marked(source) !== marked(built);
    });

    expect(sources.filter(marked).length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
    expect(sources.filter((path) => path.startsWith('src/core/') && marked(path))).toEqual([]);
  });

  it('brings no other package', () => {
    const { folder } = installInto('--omit=peer', packed.tarball);

    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));

    expect(installed).toEqual([manifest.name]);
  });
});

const resolutions = {
  // The declarations of @launchdarkly/react-sdk hold under no other.
  bundler: { module: 'esnext', usage: ['usage.tsx', 'version4.ts'] },
  node16: { module: 'node16', usage: ['usage.tsx'] },
};

describe.each([
  {
    version: '19',
    react: [withVersion('react'), withVersion('react-dom'), withVersion('@types/react')],
    // How modules are found does not depend on React: once is enough.
    moduleResolutions: ['bundler', 'node16'] as const,
  },
  {
    version: '18.3',
    react: ['react@18.3.1', 'react-dom@18.3.1', '@types/react@18.3.12'],
    moduleResolutions: ['bundler'] as const,
  },
])('installed with React $version', ({ react, moduleResolutions }) => {
  let project: ConsumerProject;

  beforeAll(() => {
    const others = ['launchdarkly-react-client-sdk', '@launchdarkly/react-sdk', '@types/node'];
    project = installInto(packed.tarball, ...react, ...others.map(withVersion));
  });

  it('every module imports', () => {
    const { status, output } = project.runModule(
      modules
        .map((name) => `console.log(Object.keys(await import('${name}')).length > 0, '${name}')`)
        .join('\n'),
    );

    expect(output.trim().split('\n')).toEqual(modules.map((name) => `true ${name}`));
    expect(status).toBe(0);
  });

  it.each(moduleResolutions)('its types hold under moduleResolution %s', (moduleResolution) => {
    const { module, usage } = resolutions[moduleResolution];
    const strictness = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    const language = ['--target', 'es2022', '--jsx', 'react-jsx', '--types', 'node'];
    const resolution = ['--moduleResolution', moduleResolution, '--module', module];
    const options = ['--noEmit', '--pretty', 'false', ...strictness, ...language, ...resolution];
    const check = (...more: string[]) =>
      project.run(process.execPath, typescript, ...options, ...more).output;

    expect(check('--skipLibCheck', ...usage)).toBe('');
    // An app with a registry, and the declarations themselves, without those of the vendors and of TypeScript. A declaration
    // says the same however modules are found: one resolution is enough.
    const libraries = moduleResolution === 'bundler' ? '--skipDefaultLibCheck' : '--skipLibCheck';
    expect(check(libraries, 'registered.tsx', 'own.ts')).toBe('');
  });

  it('renders on a server', () => {
    const { output } = project.runModule(`
      import { createElement as h } from 'react';
      import { renderToString } from 'react-dom/server';
      import { MaintenanceGate, MaintenanceProvider, takeSnapshot } from '${manifest.name}';
      const snapshot = takeSnapshot({ flags: { search: true } });
      const gate = h(MaintenanceGate, { feature: 'search', fallback: 'closed' }, 'open');
      console.log(renderToString(h(MaintenanceProvider, { snapshot }, gate)));
    `);

    expect(output).toContain('closed');
    expect(output).not.toContain('open<');
  });

  it('has a command', () => {
    const { output } = project.run('npx', '--no-install', 'maintenance-mode', '--version');

    expect(output.trim()).toBe(manifest.version);
  });

  it('has its pure parts in a server component', () => {
    const pure = `
      import { interpretFlag, memorySource, createMaintenanceStore } from '${manifest.name}/core';
      const store = createMaintenanceStore({ source: memorySource({ search: 'read-only' }) });
      console.log(store.get('search').mode, interpretFlag(true, { flag: 'a' }).mode);
    `;

    const { output } = project.runModule(pure, '--conditions=react-server');

    expect(output).toBe('read-only down\n');
  });

  it('has them under "." too, where client files are references', () => {
    const page = `
      import { defineFeatures, interpretFlag, takeSnapshot, MaintenanceGate } from '${manifest.name}';
      const features = defineFeatures({ search: { flag: 'a' } });
      const { windows } = takeSnapshot({ features, flags: { a: 'degraded' } });
      console.log(windows.search.mode, interpretFlag(true, { flag: 'a' }).mode, String(MaintenanceGate.$$typeof));
    `;

    const { output } = project.runModule(
      page,
      '--conditions=react-server',
      '--import=./registerReferences.mjs',
    );

    expect(output).toBe('degraded down Symbol(react.client.reference)\n');
  });
});
