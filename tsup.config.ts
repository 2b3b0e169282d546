import { defineConfig } from 'tsup';

import { thirdPartyLicenses } from './scripts/thirdPartyLicenses.js';

export default defineConfig([
  {
    // A file for a file: dist mirrors src, every client file keeps its own 'use client', and there is one React context.
    name: 'library',
    entry: ['src/**/*.{ts,tsx}', '!src/cli/**', '!src/flag-server/**'],
    format: 'esm',
    bundle: false,
    splitting: false,
    sourcemap: true,
    target: 'es2022',
    outDir: 'dist',
  },
  {
    // The command carries what it needs, so that installing the package brings no dependency into an app.
    name: 'command',
    entry: ['src/cli/main.ts'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    bundle: true,
    splitting: true,
    sourcemap: false,
    noExternal: [/.*/],
    outDir: 'dist/cli',
    esbuildPlugins: [thirdPartyLicenses()],
    // CommonJS packages inside the bundle call require() for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  },
]);
