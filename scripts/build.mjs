// Builds dist: the library (one file for each source file), the command (one bundle), the types, and the files that are copied unchanged.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TSUP = 'node_modules/tsup/dist/cli-default.js';
const TSC = 'node_modules/typescript-native/bin/tsc';
const COPIED_FILES = ['flag.schema.json', 'styles.css', 'styles.css.d.ts'];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
run(TSUP, '--silent');
run(TSC, '-p', 'tsconfig.build.json');
for (const file of COPIED_FILES.filter((name) => existsSync(`src/${name}`))) {
  copyFileSync(`src/${file}`, `dist/${file}`);
}

function run(script, ...options) {
  const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
