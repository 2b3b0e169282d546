import { expect, it } from 'vitest';
import { openConsumer } from './openConsumer.js';

const project = openConsumer('jest');

it.each(['babel', 'swc', 'ts-jest'])('runs tests of components in Jest with %s', (transformer) => {
  const { status, output } = project.run('jest', '--config', `jest.${transformer}.config.cjs`);

  expect(output).toContain('Tests:       2 passed, 2 total');
  expect(status).toBe(0);
});

it('runs tests of components in Jest as native modules, without any transformation of the package', () => {
  const options = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  const { status, output } = project.run('node', ...options, '--config', 'jest.esm.config.cjs');

  expect(output).toContain('Tests:       2 passed, 2 total');
  expect(status).toBe(0);
});

it('runs tests of components in Vitest', () => {
  const { status, output } = project.run('vitest', 'run');

  expect(output).toContain('2 passed (2)');
  expect(status).toBe(0);
});
