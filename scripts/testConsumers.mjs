// Tests the packed package in other tools: `npm run test:consumers [FILE...]`. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'react-maintenance-mode-'));
const report = join(folder, 'report.json');
const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const ok =
  run('npm', ['run', '--silent', 'build']) &&
  run('node', ['scripts/prepareTests.mjs', '--consumers']) &&
  run('node_modules/.bin/vitest', [
    'run',
    '--config',
    'vitest.consumers.config.ts',
    ...options,
    ...process.argv.slice(2),
  ]);
const { passed, failed } = readReport();
rmSync(folder, { recursive: true });
// If a file does not load, or an error happens outside of tests, no test fails.
const failures = failed || (ok ? 0 : 1);
console.log(`\n${passed} passed, ${failures} failed`);
process.exit(failures ? 1 : 0);

function run(command, args) {
  return spawnSync(command, args, { stdio: 'inherit', cwd: join(import.meta.dirname, '..') }).status === 0;
}

function readReport() {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
