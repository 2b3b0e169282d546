// Installs what the tests need in addition to `npm ci`: React 18 for the second run of the component tests, the widgets of test/widgets,
// LaunchDarkly's REST client, and a Chromium for the tests of focus, layout and streams. With --consumers it installs the Chromium, and the
// dependencies of two examples, which `npm run test:consumers` builds in their folders.
// Usage: node scripts/prepareTests.mjs [--consumers]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './findChromium.mjs';

const root = join(import.meta.dirname, '..');

if (process.argv.includes('--consumers')) {
  installExample('express');
  installExample('next-launchdarkly');
} else {
  installReact18();
  installWidgets();
  installRestClient();
}
installChromium();

function installReact18() {
  const folder = join(root, 'test/compat/react18');
  installFrom(folder, 'React 18 and the packages that import it', ['ci']);
}

function installWidgets() {
  installLoosely(join(root, 'test/widgets'), 'the editors and widgets of other packages');
}

function installRestClient() {
  installLoosely(join(root, 'test/compat/launchdarkly-rest'), "LaunchDarkly's own client of its REST API");
}

function installExample(name) {
  installLoosely(join(root, 'examples', name), `the dependencies of examples/${name}`);
}

function installLoosely(folder, what) {
  // Not `npm ci`: it requires the optional packages of every platform in the lock file, and some registries lack a few.
  installFrom(folder, what, ['install', '--no-save', '--no-audit', '--no-fund']);
}

function installFrom(folder, what, command) {
  const stamp = join(folder, 'node_modules/.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say(`Installing ${what}`);
  if (!run('npm', [...command, '--prefix', folder]))
    fail(`${folder} could not be installed. See the lines above.`);
  writeFileSync(stamp, wanted);
}

function installChromium() {
  const found = findChromium();
  if (found) return say(`Using the Chromium at ${found}`);
  say("No Chromium found. Installing Playwright's own");
  if (
    run(join(root, 'node_modules/.bin/playwright'), ['install', '--with-deps', '--only-shell', 'chromium']) &&
    findChromium()
  )
    return;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('That could not be downloaded. Installing a package of the system with apt-get, as root');
    run('apt-get', ['update', '-q']);
    // The first is the same as Playwright's "only shell": Chromium without its windows. Tests take a quarter less time in it.
    for (const name of ['chromium-headless-shell', 'chromium']) {
      if (run('apt-get', ['install', '-qy', name]) && findChromium()) return;
    }
  }
  fail('No Chromium could be installed. Install one, or set CHROMIUM_PATH to the one you have.');
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function say(text) {
  console.log(`prepare: ${text}`);
}

function fail(text) {
  console.error(`prepare: ${text}`);
  process.exit(1);
}
