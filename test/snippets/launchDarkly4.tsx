import { features } from './features.js';
import { SearchBox as Shop } from './SearchBox.js';

const url = process.env['FLAG_SERVER'] ?? '';
const context = { kind: 'user', key: process.env['SHOP_USER'] ?? '' } as const;

// #region
import { createClient } from '@launchdarkly/react-sdk';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';

const client = createClient('local', context, { baseUri: url, streamUri: url, eventsUri: url });
void client.start();
const source = launchDarklySource(client);

export function App() {
  return (
    <MaintenanceProvider source={source} features={features}>
      <Shop />
    </MaintenanceProvider>
  );
}
// #endregion

export { client };
