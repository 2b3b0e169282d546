import { defineConfig, type Options } from 'tsup';

import command from './tsup.command.config.js';

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
  // defineConfig gives back what it was given, here one object.
  command as Options,
]);
