import { LDProvider } from 'launchdarkly-react-client-sdk';
import { MaintenanceGate } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { SearchBox } from './SearchBox.js';

export function App() {
  return (
    <LDProvider clientSideID="..." context={{ kind: 'user', key: 'bob' }}>
      <LaunchDarklyMaintenanceProvider>
        <MaintenanceGate feature="search-maintenance">
          <SearchBox />
        </MaintenanceGate>
      </LaunchDarklyMaintenanceProvider>
    </LDProvider>
  );
}
