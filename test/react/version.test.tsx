import { act, render } from '@testing-library/react';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, it } from 'vitest';

it('runs on the React that this project of the test run is named after', () => {
  const { container } = render(<p>{version}</p>);

  act(() => {});

  expect(container.textContent?.split('.')[0]).toBe(process.env.REACT_MAJOR);
  expect(domVersion).toBe(version);
});
