import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** One test file as a script for a page, with what stands in for vitest. */
export async function bundleTest(path) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { runTests } from 'vitest';
        const tell = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body ?? null) });
        const report = (name, error) => tell('/tested', { name, failed: Boolean(error), why: error?.message ?? error });
        try {
          await import(${JSON.stringify(path)});
          await runTests(report);
        } catch (error) {
          await report('the file as a whole', error);
        }
        await tell('/finished');`,
      resolveDir: here('.'),
    },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    conditions: ['react-maintenance-mode-source', 'browser'],
    // The tests are in a package that says that none of its files does anything by being imported.
    ignoreAnnotations: true,
    define: {
      'process.env.NODE_ENV': '"development"',
      'import.meta.env': '{ "REACT_MAJOR": "19" }',
    },
    plugins: [{ name: 'stand-ins', setup: standIn }],
  });
  return outputFiles[0].text;
}

function standIn(build) {
  build.onResolve({ filter: /^vitest$/ }, () => ({ path: here('vitest.mjs') }));
  build.onResolve({ filter: /^vitest\/browser$/ }, () => ({ path: here('vitestBrowser.mjs') }));
  build.onLoad({ filter: /\.css$/ }, ({ path }) => ({
    contents: `const style = document.createElement('style');
      style.textContent = ${JSON.stringify(readFileSync(path, 'utf8'))};
      document.head.append(style);`,
    loader: 'js',
  }));
}
