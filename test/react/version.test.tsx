import { act, render } from '@testing-library/react';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, it } from 'vitest';

it('runs with the React version in the name of the test project', () => {
  const { container } = render(<p>{version}</p>);

  act(() => {});

  expect(container.textContent?.split('.')[0]).toBe(process.env.REACT_MAJOR);
  expect(domVersion).toBe(version);
});
