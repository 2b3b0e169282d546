// Everything that has to hold, in one run: `npm test`. Each check counts as one, each test as one; the last line has the sum.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const checks = [
  // First: the examples that the tests install pack what was built.
  'build',
  'test:prepare',
  'test:format',
  'test:lint',
  'test:types',
  'test:unused',
  'test:package',
];
let passed = 0;
const failures = [];

for (const check of checks) {
  console.log(`\n=== npm run ${check}`);
  count(npmRun([check]), check);
  // Without these nothing below can say anything of worth.
  if (failures.includes('test:prepare') || failures.includes('build')) finish();
}
runSpecs();
finish();

function runSpecs() {
  console.log('\n=== npm run test:spec');
  const folder = mkdtempSync(join(tmpdir(), 'react-maintenance-mode-'));
  const report = join(folder, 'report.json');
  const ok = npmRun([
    'test:spec',
    '--',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    printSlowest(testResults);
    failures.push(...Array(numFailedTests).fill('a test'));
    // A file that does not load, or an error outside of any test, fails no test of its own.
    if (!ok && !numFailedTests) failures.push('test:spec');
  } catch {
    failures.push('test:spec');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the time goes. A file that runs on both Reacts stands there twice. */
function printSlowest(files) {
  const seconds = ({ startTime, endTime }) => (endTime - startTime) / 1000;
  const slowest = [...files].sort((a, b) => seconds(b) - seconds(a)).slice(0, 10);
  console.log('\nThe slowest ten files, in seconds:');
  for (const file of slowest) {
    console.log(seconds(file).toFixed(1).padStart(7), relative(process.cwd(), file.name));
  }
}

function npmRun(args) {
  return spawnSync('npm', ['run', '--silent', ...args], { stdio: 'inherit' }).status === 0;
}

function count(ok, name) {
  if (ok) passed += 1;
  else failures.push(name);
}

function finish() {
  if (failures.length) console.error(`\nFailed: ${[...new Set(failures)].join(', ')}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
}
