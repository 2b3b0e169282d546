// #region
import { LDProvider } from 'launchdarkly-react-client-sdk';
import { defineFeatures, MaintenanceGate } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import 'react-maintenance-mode/styles.css';

const features = defineFeatures({ search: { flag: 'search-maintenance', label: 'Search' } });

// The local flag server of the next step. For LaunchDarkly write your client-side ID, and leave `options` out.
const url = 'http://127.0.0.1:8765';
const options = { baseUrl: url, streamUrl: url, eventsUrl: url };

export default function App() {
  return (
    <LDProvider clientSideID="local" context={{ kind: 'user', key: 'bob' }} options={options}>
      <LaunchDarklyMaintenanceProvider features={features}>
        <MaintenanceGate feature="search">
          <input type="search" aria-label="Search" />
        </MaintenanceGate>
      </LaunchDarklyMaintenanceProvider>
    </LDProvider>
  );
}
// #endregion
