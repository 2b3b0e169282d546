// Releases the "Unreleased" section of CHANGELOG.md: sets the version, commits and tags. Usage: npm run release -- 1.2.3
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { releaseChangelog } from './releaseChangelog.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { version: present } = JSON.parse(readFileSync('package.json', 'utf8'));
const version = process.argv[2] ?? '';

try {
  if (git('status', '--porcelain'))
    throw new Error('There are changes that are not committed. Commit them first.');
  const date = new Date().toISOString().slice(0, 10);
  const changelog = releaseChangelog(readFileSync('CHANGELOG.md', 'utf8'), { present, version, date });
  writeFileSync('CHANGELOG.md', changelog);
  run('npm', 'version', '--no-git-tag-version', '--allow-same-version', version);
  git('commit', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Release ${version}`);
  console.log(`Release ${version} is committed and tagged. Publish it: git push --follow-tags`);
} catch (error) {
  console.error(`release: ${error.message}`);
  process.exit(1);
}

function git(...args) {
  return run('git', ...args);
}

function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr || stdout}`);
  return stdout.trim();
}
