import { join } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';

/** What an app ships that has the devtools in it, in one of vite's modes. */
async function bundle(mode: 'production' | 'development'): Promise<string> {
  // Vitest has set it for its tests, and vite goes by it.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = mode;
  const result = await build({
    mode,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'devtoolsApp.ts'), formats: ['es'] },
      rolldownOptions: { external: ['react', 'react/jsx-runtime'] },
    },
  });
  process.env['NODE_ENV'] = before;
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('Nothing was built.');
  return output.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('\n');
}

it('leaves the devtools out of a production build, all but their names', async () => {
  const shipped = await bundle('production');

  expect(shipped).toContain('devtoolsOnScreen');
  expect(shipped).not.toContain('Maintenance devtools');
  expect(shipped).not.toContain('exampleMaintenance');
});

it('has them in any other build', async () => {
  expect(await bundle('development')).toContain('Maintenance devtools');
});
