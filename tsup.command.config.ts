import { defineConfig } from 'tsup';

import { thirdPartyLicenses } from './scripts/thirdPartyLicenses.js';

/** The command carries what it needs, so that installing the package brings no dependency into an app. */
export default defineConfig({
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
});
