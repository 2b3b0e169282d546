import { LDProvider } from 'launchdarkly-react-client-sdk';
import { MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import 'react-maintenance-mode/styles.css';
import { features } from './features';
import { SearchBox } from './SearchBox';

// The local flag server. With flags of LaunchDarkly leave `options` out and write your client-side ID.
const url = import.meta.env.VITE_FLAG_SERVER;
const options = { baseUrl: url, streamUrl: url, eventsUrl: url };
// Stands for your sign-in: /?user=bob.
const user = new URLSearchParams(location.search).get('user') ?? 'alice';

export function App() {
  return (
    <LDProvider clientSideID="local" context={{ kind: 'user', key: user }} options={options}>
      <LaunchDarklyMaintenanceProvider features={features}>
        {/* What is announced. What is closed now, the gate right below says. */}
        <MaintenanceBanner filter={({ mode }) => mode === 'none'} />
        <h1>Hello {user}</h1>
        <MaintenanceGate feature="search">
          <SearchBox />
        </MaintenanceGate>
      </LaunchDarklyMaintenanceProvider>
    </LDProvider>
  );
}
