// Runs the browser tests in Firefox and in WebKit, the engine of Safari:
// `npm run test:engines [-- [firefox|webkit] [--fast] [PART OF A FILE'S NAME]...]`.
// --fast runs only the files about behavior that differs between engines: focus, carets, fields, dialogs, editing and forms.
// As root on Debian or Ubuntu it installs the packages firefox-esr, webkit2gtk-driver and xvfb if they are missing. It reports and skips an
// engine that cannot be installed or does not start. The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { firefox } from 'playwright';
import { startVitest } from 'vitest/node';

const root = join(import.meta.dirname, '..');
const engines = { firefox: testInFirefox, webkit: testInWebKit };
const chosen = process.argv.slice(2).filter((argument) => argument in engines);
const fast = 'focus place typing temporal editing dialogs forms'
  .split(' ')
  .map((part) => `MaintenanceGate.${part}`);
const files = process.argv
  .slice(2)
  .filter((argument) => !(argument in engines))
  .flatMap((argument) => (argument === '--fast' ? fast : argument));
const counts = { passed: 0, failed: 0, leftOut: 0 };
// Exit normally, so that the exit handlers end the processes that this script has started.
process.once('SIGTERM', () => process.exit(143));

for (const name of chosen.length ? chosen : Object.keys(engines)) await engines[name]();
if (counts.leftOut) say(`${counts.leftOut} tests can only run in Chromium, and were left out`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);

async function testInFirefox() {
  const ofSystem = () => process.env.FIREFOX_PATH ?? find('firefox-esr') ?? find('firefox');
  if (existsSync(firefox.executablePath()) && (await starts({}))) return await test('firefox', {});
  if (!ofSystem()) install(['firefox-esr']);
  const path = ofSystem();
  if (!path) return say('No Firefox: install the package firefox-esr or firefox, or set FIREFOX_PATH');
  if (!(await starts({ channel: 'moz-firefox', executablePath: path }))) {
    return say(`No Firefox: the one at ${path} does not start. See the lines above`);
  }
  say(`Using the Firefox at ${path}`);
  await test('firefox', { FIREFOX_PATH: path });
}

async function starts(options) {
  try {
    const browser = await firefox.launch(options);
    await browser.close();
    return true;
  } catch (error) {
    console.log(error.message);
    return false;
  }
}

async function testInWebKit() {
  // xvfb-run needs xauth, which the package of xvfb only recommends.
  const packages = { WebKitWebDriver: 'webkit2gtk-driver', 'xvfb-run': 'xvfb', xauth: 'xauth' };
  const missing = () => Object.keys(packages).filter((command) => !find(command));
  if (missing().length) install(missing().map((command) => packages[command]));
  if (missing().length) {
    const names = Object.values(packages).join(', ');
    return say(`No WebKit: it needs the packages ${names}, which Debian and Ubuntu have`);
  }
  say('Installing WebdriverIO, which drives WebKit');
  // --ignore-scripts: its downloads are not needed, because WebKitWebDriver is installed.
  const npm = ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-save', '--no-audit', '--no-fund'];
  if (!run('npm', [...npm, '--prefix', join(root, 'test/engines')])) {
    return say('No WebKit: WebdriverIO could not be installed. See the lines above.');
  }
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    // A separate process group, because xvfb-run also starts a display.
    detached: true,
    // The browser runs only the code of this repository.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const ended = new Promise((resolve) => driver.once('exit', resolve));
  const stop = () => driver.exitCode === null && process.kill(-driver.pid);
  process.once('exit', stop);
  if (await opensWindow(`http://127.0.0.1:${port}`))
    await test('webkit', { WEBKIT_DRIVER_PORT: String(port) });
  else say('No WebKit: WebKitWebDriver was started, but opens no window');
  process.off('exit', stop);
  stop();
  await ended;
}

async function test(engine, environment) {
  Object.assign(process.env, { ENGINE: engine, ...environment });
  const vitest = await startVitest('test', files, {
    run: true,
    watch: false,
    config: join(root, 'vitest.engines.config.ts'),
    reporters: [{ onTestCaseResult: count, onTestModuleEnd: countErrors, onTestRunEnd: countUnhandled }],
  });
  await vitest.close();
}

function count(testCase) {
  const { state, errors = [] } = testCase.result();
  const name = `${testCase.module.relativeModuleId} > ${testCase.fullName}`;
  if (state === 'passed') counts.passed += 1;
  if (state !== 'failed') return;
  const [{ message }] = errors;
  if (!message.startsWith('Only in Chromium')) return fail(name, message);
  counts.leftOut += 1;
  console.log(`  left out: ${name} (${message})`);
}

/** Counts errors that fail no test: a file that does not load, or an error outside of tests. */
function countErrors(module) {
  console.log(`${module.relativeModuleId}: ${counts.passed} passed, ${counts.failed} failed so far`);
  for (const error of module.errors()) fail(module.relativeModuleId, error.message);
}

function countUnhandled(modules, unhandledErrors) {
  for (const error of unhandledErrors) fail('outside of any test', error.message);
  if (!modules.length) fail('vitest', 'No file has this name.');
}

function fail(name, why) {
  counts.failed += 1;
  console.log(`  failed: ${name}\n    ${why}`);
}

function install(names) {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !find('apt-get')) return;
  say(`Installing ${names.join(', ')} with apt-get, as root`);
  // Installing a package must not start a server on this machine.
  const environment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const patience = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=1'];
  run('apt-get', ['update', '-q', ...patience], environment);
  run('apt-get', ['install', '-qy', '--no-install-recommends', ...patience, ...names], environment);
}

function find(command) {
  return (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
}

function run(command, args, environment) {
  const env = { ...process.env, ...environment };
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a driver answers within half a minute, and then opens and closes a browser window. */
async function opensWindow(driver) {
  const capabilities = {
    alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { args: ['--automation'] } },
  };
  try {
    for (let tries = 300; tries > 0 && !(await isReady(driver)); tries -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const response = await fetch(`${driver}/session`, {
      method: 'POST',
      body: JSON.stringify({ capabilities }),
      signal: AbortSignal.timeout(60_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(value.message);
    await fetch(`${driver}/session/${value.sessionId}`, { method: 'DELETE' });
    return true;
  } catch (error) {
    console.log(error.message);
    return false;
  }
}

async function isReady(driver) {
  const response = await fetch(`${driver}/status`).catch(() => null);
  return response?.ok ?? false;
}

function say(text) {
  console.log(`engines: ${text}`);
}
