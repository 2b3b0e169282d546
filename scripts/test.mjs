// Runs all checks and tests: `npm test`. The last line has the number of checks and tests that passed and failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

let passed = 0;
const failures = [];

// The installs wait for the network most of the time. What does not need their packages is done meanwhile.
await Promise.all([
  check('test:prepare', 'inherit'),
  runChecks(['build', 'test:package', 'test:format', 'test:unused']),
]);
// Everything else needs these two.
if (failures.includes('test:prepare') || failures.includes('build')) finish();
// The specs often wait for processes that they have started. What needs no process is done meanwhile.
await Promise.all([runSpecs(), runChecks(['test:types', 'test:lint'])]);
finish();

/** Runs checks one after another. */
async function runChecks(names) {
  for (const name of names) await check(name, 'pipe');
}

async function check(name, output) {
  const child = spawn('npm', npmArguments(name), { stdio: ['ignore', output, output] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (said += text));
  }
  const [code] = await once(child, 'close');
  console.log(`\n=== npm run ${name}: ${code === 0 ? 'passed' : 'FAILED'}\n${said}`.trimEnd());
  if (code === 0) passed += 1;
  else failures.push(name);
}

async function runSpecs() {
  console.log('\n=== npm run test:spec');
  const folder = mkdtempSync(join(tmpdir(), 'react-maintenance-mode-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn('npm', npmArguments('test:spec', '--', ...reporters), { stdio: 'inherit' });
  const [code] = await once(child, 'close');
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    printSlowest(testResults);
    failures.push(...Array(numFailedTests).fill('a test'));
    // If a file does not load, or an error happens outside of tests, no test fails.
    if (code !== 0 && !numFailedTests) failures.push('test:spec');
  } catch {
    failures.push('test:spec');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the slowest files. A file that runs on both versions of React is listed twice. */
function printSlowest(files) {
  const seconds = ({ startTime, endTime }) => (endTime - startTime) / 1000;
  const slowest = [...files].sort((a, b) => seconds(b) - seconds(a)).slice(0, 10);
  console.log('\nThe slowest ten files, in seconds:');
  for (const file of slowest) {
    console.log(seconds(file).toFixed(1).padStart(7), relative(process.cwd(), file.name));
  }
}

function npmArguments(...args) {
  return ['run', '--silent', ...args];
}

function finish() {
  if (failures.length) console.error(`\nFailed: ${[...new Set(failures)].join(', ')}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
}
