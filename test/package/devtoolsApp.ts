import { createElement } from 'react';
import { memorySource } from 'react-maintenance-mode/core';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';

/** What an app has of the devtools, for the test that builds it. */
export const devtoolsOnScreen = createElement(MaintenanceDevtools, {
  devtools: createDevtools(memorySource()),
});
