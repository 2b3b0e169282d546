import { defineConfig, type Options } from 'tsup';

import command from './tsup.command.config.js';

export default defineConfig([
  {
    // A file for a file: dist mirrors src, every client file keeps its own 'use client', and there is one React context.
    name: 'library',
    entry: ['src/**/*.{ts,tsx}', '!src/**/*.d.ts', '!src/cli/**', '!src/flag-server/**'],
    format: 'esm',
    bundle: false,
    splitting: false,
    sourcemap: true,
    // The oldest browsers of package.json ("browserslist") and the oldest Node.js ("engines").
    target: ['chrome111', 'firefox114', 'safari16.4', 'node20.19'],
    outDir: 'dist',
  },
  // defineConfig gives back what it was given, here one object.
  command as Options,
]);
