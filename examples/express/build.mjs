import { build } from 'esbuild';

const options = { bundle: true, format: 'esm', jsx: 'automatic', logLevel: 'error' };

await build({
  ...options,
  entryPoints: ['src/client.jsx'],
  outfile: 'build/assets/client.js',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
});
await build({
  ...options,
  entryPoints: ['src/server.jsx'],
  outfile: 'build/server.js',
  platform: 'node',
  target: 'node20',
  packages: 'external',
});
