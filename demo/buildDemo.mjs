import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildCommand } from '../scripts/buildCommand.mjs';

const root = join(import.meta.dirname, '..');
const types = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/**
 * Builds the demo from its sources and those of the library. That takes less time than checking whether an older build is fresh. Only the
 * command `maintenance-mode` is built on the disk, because it takes longer.
 */
export async function buildDemo(say) {
  const [assets, createDemo] = await Promise.all([buildAssets(), loadServer(), buildCommand(say)]);
  return { assets, createDemo };
}

/** The files that browsers load, by path. */
async function buildAssets() {
  const { outputFiles } = await build({
    ...settings,
    entryPoints: [
      { in: 'demo/shop/hydrateShop.tsx', out: 'shop' },
      { in: 'demo/shop/shop.css', out: 'shop' },
      { in: 'demo/operator/hydrateOperator.tsx', out: 'operator' },
      { in: 'demo/operator/operator.css', out: 'operator' },
    ],
    outdir: join(root, '.demo'),
    platform: 'browser',
    target: 'es2022',
    minify: true,
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const name = basename(path);
      return [`/assets/${name}`, { type: types[name.slice(name.lastIndexOf('.'))], body: contents }];
    }),
  );
}

async function loadServer() {
  const { outputFiles } = await build({
    ...settings,
    entryPoints: ['demo/server/createDemo.ts'],
    outdir: join(root, '.demo'),
    platform: 'node',
    target: 'node20',
    // Prefer ES modules: the CommonJS files of some packages cannot be bundled.
    mainFields: ['module', 'main'],
    external: ['react', 'react-dom', '@launchdarkly/node-server-sdk'],
  });
  const code = outputFiles.find(({ path }) => path.endsWith('.js'));
  // Inside the project, so that Node finds the packages that are not bundled.
  await mkdir(join(root, '.demo'), { recursive: true });
  const folder = await mkdtemp(join(root, '.demo/server-'));
  try {
    const file = join(folder, 'server.mjs');
    await writeFile(file, code.contents);
    const { createDemo } = await import(pathToFileURL(file).href);
    return createDemo;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const settings = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  format: 'esm',
  jsx: 'automatic',
  conditions: ['react-maintenance-mode-source'],
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV ?? 'production') },
  logLevel: 'warning',
};
