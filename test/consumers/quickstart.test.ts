import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { snippetsOf } from '../docs.js';
import { openPage, startBrowser } from '../e2e/startPage.js';
import { openConsumer } from './openConsumer.js';

const project = openConsumer('quickstart');
const blocks = snippetsOf('README.md').map(({ code }) => code);

// Word for word, but for the port, which may be taken on this machine.
const app = blockWith('export default function App');
const serve = blockWith('serve --flags');
const guard = blockWith("-- node -e 'setTimeout");
writeFileSync(join(project.folder, 'src/App.tsx'), app);

// Our oldest and newest. The types of the vendor do not compile on React 19: that is not for us to mend.
it.each([['typescript-5'], ['typescript']])('compiles the first gate of the README: %s', (compiler) => {
  const options = ['--skipLibCheck', 'false'];
  const { output } = project.run('node', `node_modules/${compiler}/bin/tsc`, ...options);

  const problems = output.match(/^.*error TS\d.*$/gm) ?? [];
  expect(problems.filter((line) => !line.includes('withLDProvider.d.ts'))).toEqual([]);
});

it("closes search for Bob, and gives back what he typed, by the README's words", async () => {
  // The address that it prints is where the page and the guard look for it.
  const flagServer = await project.serve('bash', '-c', serve.replaceAll('8765', 'PORT'));
  const { port } = new URL(flagServer);
  writeFileSync(join(project.folder, 'src/App.tsx'), app.replace('8765', port));
  const url = await project.serve('npm', 'run', 'dev', '--', '--host', '127.0.0.1', '--port', 'PORT');
  const { page, problems } = await openPage(await startBrowser(), url);
  const search = page.getByRole('searchbox');
  await search.fill('half typ');

  const guarded = project.start('bash', '-c', guard.replaceAll('8765', port));
  await page.getByText('Search is unavailable').first().waitFor();
  expect(await search.count()).toBe(0);
  const { status, output } = await guarded;
  expect(status, output).toBe(0);
  await search.waitFor();

  expect(await search.inputValue()).toBe('half typ');
  expect(problems.filter((text) => !text.startsWith('[LaunchDarkly]'))).toEqual([]);
});

function blockWith(text: string): string {
  const found = blocks.filter((code) => code.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}
