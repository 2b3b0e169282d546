import { initialize } from 'launchdarkly-js-client-sdk';
import { hydrateRoot } from 'react-dom/client';
import { createMaintenanceStore } from 'react-maintenance-mode/core';
import { maintenanceFetch } from 'react-maintenance-mode/fetch';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { App } from './App.jsx';
import { features, routes } from './features.js';

const { page } = window;
const { flagServer } = page;
const client = initialize(
  'local',
  { kind: 'user', key: page.user },
  { baseUrl: flagServer, streamUrl: flagServer, eventsUrl: flagServer, fetchGoals: false, sendEvents: false },
);
const store = createMaintenanceStore({ features, snapshot: page.snapshot, locale: page.locale });

hydrateRoot(
  document,
  <App
    page={page}
    store={store}
    // Staff look past what is closed: their flags say that it is.
    source={page.bypassed.length ? undefined : launchDarklySource(client)}
    api={maintenanceFetch(fetch, store, { features, routes })}
  />,
);
