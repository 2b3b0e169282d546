import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';

const racers = 6;
// Processes one after another for each racer; about a second for ten of them. `npm run test:hard` asks for many.
const generations = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 30) / 5);
const seed = Number(process.env['FUZZ_SEED'] ?? 2015);

it(
  'a lock has one owner at a time, when many processes want it and many are killed',
  { timeout: 120_000 + generations * 10_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lock-race-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = (name: string): string => join(folder, name);
    await build({
      entryPoints: [resolve(import.meta.dirname, 'lockRacer.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: path('racer.mjs'),
    });
    await writeFile(path('log'), '');

    await Promise.all(
      Array.from({ length: racers }, async (_value, racer) => {
        for (let generation = 0; generation < generations; generation += 1) {
          const args = [path('racer.mjs'), path('it.lock'), path('inside'), path('log')];
          const own = String(seed + racer * 1000 + generation);
          const child = spawn(process.execPath, [...args, own, '40'], { stdio: 'inherit' });
          await once(child, 'exit');
        }
      }),
    );

    const lines = (await readFile(path('log'), 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line !== 'one owner')).toEqual([]);
    expect(lines.length).toBeGreaterThan(racers * generations);
    // What was left behind by the dead is at most one lock; drafts of a process that died while it wrote have none.
    expect((await readdir(folder)).filter((name) => name.includes('it.lock.')).length).toBeLessThan(racers);
  },
);
