import { createElement } from 'react';
import { memorySource } from 'react-maintenance-mode/core';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';

const devtools = createDevtools();

/** What an app has of the devtools, for the test that builds it. */
export const devtoolsOnScreen = createElement(MaintenanceDevtools, { devtools });
export const source = devtools.wrap(memorySource());
