import { createClient } from '@launchdarkly/react-sdk';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';

import { features } from './features.js';
import { Shop } from './Shop.js';

// The address says who is signed in, and where the flags are.
const address = new URLSearchParams(location.search);
const flags = address.get('flags') ?? '';
const user = { kind: 'user', key: address.get('user') ?? '' };
const client = createClient('local', user, { baseUri: flags, streamUri: flags, eventsUri: flags });
void client.start();
const source = launchDarklySource(client);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MaintenanceProvider source={source} features={features}>
        <Shop signIn={(key) => void client.identify({ kind: 'user', key })} />
      </MaintenanceProvider>
    </StrictMode>,
  );
}
