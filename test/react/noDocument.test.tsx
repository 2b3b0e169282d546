// @vitest-environment node
import { expect, it } from 'vitest';
import { assertDocument } from '../../src/react/MaintenanceProvider.js';

it('throws an error in a renderer without a DOM, such as React Native', () => {
  // React DOM cannot render without one, to show it by a component.
  expect(assertDocument).toThrow(
    expect.objectContaining({
      code: 'no-document',
      message: expect.stringMatching(/works with react-dom only.*"react-maintenance-mode\/core"/),
    }),
  );
});
