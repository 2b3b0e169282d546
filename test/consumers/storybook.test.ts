import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveFolder } from '../e2e/serveFolder.js';
import { expectStories } from './expectStories.js';
import { openConsumer } from './openConsumer.js';

// Our own Storybook reads the sources. In somebody else's the addon is served raw, beside a prebundled package.
const storybook = openConsumer('storybook');

it('runs the stories of a consumer as tests', () => {
  const { status, output } = storybook.run('npm', 'test');

  expect(output).toContain('4 passed');
  expect(status).toBe(0);
});

it('shows the stories of a consumer in development, below the provider of the addon', async () => {
  const url = await storybook.serve(
    'storybook',
    'dev',
    '--no-open',
    '--ci',
    '--port',
    'PORT',
    '--host',
    '127.0.0.1',
  );

  await expectStories(url);
});

it('shows the stories of a consumer when they are built', async () => {
  const { status, output } = storybook.run('npm', 'run', 'build-storybook');
  expect(status, output).toBe(0);

  const url = await serveFolder(join(storybook.folder, 'storybook-static'));
  await expectStories(url);
});
