// Every entry that holds or reads the context, in one app.
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceGate } from 'react-maintenance-mode';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { MaintenanceTestProvider } from 'react-maintenance-mode/testing';

const devtools = createDevtools();

createRoot(document.getElementById('root')).render(
  h(
    'main',
    null,
    h(
      MaintenanceTestProvider,
      { maintenance: { search: 'down' } },
      h(MaintenanceGate, { feature: 'search' }, 'Search is open'),
      h(MaintenanceDevtools, { devtools, defaultOpen: true }),
    ),
    h(
      LaunchDarklyMaintenanceProvider,
      null,
      h(MaintenanceGate, { feature: 'comments' }, 'Comments are open'),
    ),
  ),
);
