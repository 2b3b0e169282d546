import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveFolder } from '../e2e/serveFolder.js';
import { expectStories } from './expectStories.js';
import { openConsumer } from './openConsumer.js';

it.each([
  ['Storybook 9 with Vite', openConsumer('storybook-9', {}, 'storybook')],
  ['Storybook 10 with webpack', openConsumer('storybook-webpack', {}, 'storybook')],
])('shows the stories of a consumer in %s, when they are built', async (_, storybook) => {
  const { status, output } = storybook.run('storybook', 'build', '--quiet', '--disable-telemetry');
  expect(status, output).toBe(0);

  await expectStories(await serveFolder(join(storybook.folder, 'storybook-static')));
});
