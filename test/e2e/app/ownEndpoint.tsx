import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { eventStreamSource, pollingSource } from 'react-maintenance-mode/http';

import { features } from './features.js';
import { Shop } from './Shop.js';

// The address says where the flags are, and in what form.
const address = new URLSearchParams(location.search);
const flags = address.get('flags') ?? '';
const source =
  address.get('form') === 'stream'
    ? eventStreamSource(`${flags}/stream`, { retryMs: 100 })
    : pollingSource(`${flags}/flags`, { longMs: 300, shortMs: 100 });

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
