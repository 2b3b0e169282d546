// Measures what an app ships: minified and gzipped, without React and flag services. Fails if an entry is over its budget.
// Needs a build. Usage: npm run bench:size [-- --modules]
// --modules lists the share of each module, estimated by its minified size.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// A budget is the present size, rounded up. Raise it only for a feature for users that is in the changelog.
const entries = [
  ['provider + hook', 7_650, `export { MaintenanceProvider, useMaintenance } from 'react-maintenance-mode'`],
  [
    'provider + hook + gate',
    28_400,
    `export { MaintenanceProvider, useMaintenance, MaintenanceGate } from 'react-maintenance-mode'`,
  ],
  ['all of "."', 31_800, `export * from 'react-maintenance-mode'`],
  [
    '/core',
    6_350,
    `export { createMaintenanceStore, interpretFlag, memorySource } from 'react-maintenance-mode/core'`,
  ],
  ['/launchdarkly/source', 1_200, `export * from 'react-maintenance-mode/launchdarkly/source'`],
  ['/openfeature', 1_830, `export * from 'react-maintenance-mode/openfeature'`],
  ['/http, polling', 3_930, `export { pollingSource } from 'react-maintenance-mode/http'`],
  ['/http, event stream', 1_500, `export { eventStreamSource } from 'react-maintenance-mode/http'`],
  ['/persisted', 1_000, `export { persistedSource } from 'react-maintenance-mode/persisted'`],
  ['/fetch', 3_850, `export { maintenanceFetch } from 'react-maintenance-mode/fetch'`],
];

const rows = await Promise.all(entries.map(measure));
console.log('entry'.padEnd(26), 'B gzip'.padStart(7), 'budget'.padStart(7));
for (const { name, size, budget, modules } of rows) {
  const remark = size > budget ? `  ${size - budget} over` : '';
  console.log(name.padEnd(26), String(size).padStart(7), String(budget).padStart(7) + remark);
  if (process.argv.includes('--modules')) modules.forEach(printModule);
}
if (rows.some(({ size, budget }) => size > budget)) {
  console.error('Over budget. Find what grew with esbuild --analyze, and make it smaller.');
  process.exit(1);
}

async function measure([name, budget, contents]) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom', 'react/jsx-runtime', 'launchdarkly-*'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const { contents: code } = outputFiles[0];
  const size = gzipSync(code, { level: 9 }).length;
  const modules = Object.entries(Object.values(metafile.outputs)[0].inputs)
    .map(([path, { bytesInOutput }]) => [path, Math.round((size * bytesInOutput) / code.length)])
    .sort(([, a], [, b]) => b - a);
  return { name, budget, size, modules };
}

function printModule([path, share]) {
  if (share >= 50) console.log(`  ${path}`.padEnd(50), String(share).padStart(6));
}
