import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { eventStreamSource, pollingSource } from 'react-maintenance-mode/http';
import { persistedSource } from 'react-maintenance-mode/persisted';

import { features } from './features.js';
import { Shop } from './Shop.js';

// The address says where the flags are, in what form, and for whom they are remembered.
const address = new URLSearchParams(location.search);
const flags = address.get('flags') ?? '';
const ownSource =
  address.get('form') === 'stream'
    ? eventStreamSource(`${flags}/stream`, { retryMs: 100 })
    : pollingSource(`${flags}/flags`, { intervalMs: 300, windowIntervalMs: 100 });

const user = address.get('user');
const source = user === null ? ownSource : persistedSource(ownSource, { user });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MaintenanceProvider source={source} features={features}>
        <Shop signIn={() => {}} />
      </MaintenanceProvider>
    </StrictMode>,
  );
}
