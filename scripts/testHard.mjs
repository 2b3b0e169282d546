// Runs the long versions of tests, tests with real proxies in front of the server, tests with a real Unleash, and then the tests of every
// combination (test/inTurn.ts) in Chromium: `npm run test:hard [FILE...]`.
// FUZZ_RUNS sets the number of random inputs, and FUZZ_SEED chooses them. Both are printed. The script installs nginx, HAProxy, Caddy, Squid,
// PostgreSQL and Unleash if they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const proxies = ['nginx', 'haproxy', 'caddy', 'squid'];
const path = `${process.env.PATH}:/usr/sbin`;

installSystemPackages([
  ...proxies.filter((name) => !path.split(':').some((folder) => existsSync(join(folder, name)))),
  ...(existsSync('/usr/lib/postgresql') ? [] : ['postgresql']),
]);
installUnleash();
if (!run('node', ['scripts/prepareTests.mjs'], {})) process.exit(1);

const seed = process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
const runs = process.env.FUZZ_RUNS ?? '300';
console.log(`hard: FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);
const vitest = ['run', '--passWithNoTests', ...process.argv.slice(2)];
const long = run('node_modules/.bin/vitest', [...vitest, '--config', 'vitest.hard.config.ts'], {
  FUZZ_SEED: seed,
  FUZZ_RUNS: runs,
});
const inChromium = ['browser *', 'widgets *', 'looks', 'stories'].flatMap((name) => ['--project', name]);
const everyCombination = run('node_modules/.bin/vitest', [...vitest, ...inChromium], {
  EVERY_COMBINATION: '1',
});
process.exit(long && everyCombination ? 0 : 1);

function installUnleash() {
  const folder = 'test/unleash';
  if (existsSync(join(import.meta.dirname, '..', folder, 'node_modules/unleash-server'))) return;
  console.log('hard: Installing Unleash');
  if (!run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder], {}))
    process.exit(1);
}

function installSystemPackages(missing) {
  if (!missing.length) return;
  const names = missing.join(', ');
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(
      `hard: ${names} missing. Install them as packages of your system, or run this script as root on Debian or Ubuntu.`,
    );
    process.exit(1);
  }
  console.log(`hard: Installing ${names} with apt-get, as root`);
  // Installing a package must not start a server on this machine.
  const environment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  if (
    run('apt-get', ['update', '-q'], environment) &&
    run('apt-get', ['install', '-qy', ...missing], environment)
  )
    return;
  console.error(`hard: ${names} could not be installed. See the lines above.`);
  process.exit(1);
}

function run(command, args, environment) {
  const { status } = spawnSync(command, args, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  return status === 0;
}
