// Long runs of what `npm test` does in short, and tests with other people's servers. Usage: npm run test:hard
// FUZZ_RUNS and FUZZ_SEED choose how many inputs and which; the seed is printed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const seed = process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
const runs = process.env.FUZZ_RUNS ?? '2000';

console.log(`hard: FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'unit', '--testTimeout', '3600000', ...['routers.fuzz', 'decide.fuzz']],
  {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, FUZZ_SEED: seed, FUZZ_RUNS: runs },
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
