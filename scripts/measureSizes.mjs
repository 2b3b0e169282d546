// Sizes of what an app ships, minified and gzipped, with React and vendors left out. Usage: node scripts/measureSizes.mjs
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const imports = [
  ['provider + hook', `export { MaintenanceProvider, useMaintenance } from 'react-maintenance-mode'`],
  [
    'provider + hook + gate',
    `export { MaintenanceProvider, useMaintenance, MaintenanceGate } from 'react-maintenance-mode'`,
  ],
  ['all of "."', `export * from 'react-maintenance-mode'`],
  [
    '/core',
    `export { createMaintenanceStore, interpretFlag, memorySource } from 'react-maintenance-mode/core'`,
  ],
  ['/launchdarkly/source', `export * from 'react-maintenance-mode/launchdarkly/source'`],
  ['/http, polling', `export { pollingSource } from 'react-maintenance-mode/http'`],
  ['/openfeature', `export * from 'react-maintenance-mode/openfeature'`],
];

for (const [name, contents] of imports) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom', 'react/jsx-runtime', 'launchdarkly-*'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  console.log(
    name.padEnd(26),
    String(gzipSync(outputFiles[0].contents, { level: 9 }).length).padStart(6),
    'B gzip',
  );
}
