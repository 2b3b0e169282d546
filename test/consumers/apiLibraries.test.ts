import { expect, it } from 'vitest';
import { openConsumer } from './openConsumer.js';

const project = openConsumer('api-libraries');

it('runs with axios, ky, ofetch, Apollo, urql, RTK Query, tRPC, SWR, TanStack Query and Router, React Router and Workbox', () => {
  const { status, output } = project.run('vitest', 'run');

  expect(output).toContain('16 passed (16)');
  expect(status, output).toBe(0);
});

it('holds in strict TypeScript with the types of each', () => {
  const { status, output } = project.run('tsc');

  expect(status, output).toBe(0);
});
