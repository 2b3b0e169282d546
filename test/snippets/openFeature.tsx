import { features } from './features.js';
import { SearchBox as Shop } from './SearchBox.js';

// #region
import { OpenFeature } from '@openfeature/web-sdk';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';

// Your provider and your user, before this or later:
// OpenFeature.setContext({ targetingKey: 'bob' });
// OpenFeature.setProvider(new OFREPWebProvider({ baseUrl: 'https://flags.example.com' }));
const source = openFeatureSource(OpenFeature.getClient());

export function App() {
  return (
    <MaintenanceProvider source={source} features={features}>
      <Shop />
    </MaintenanceProvider>
  );
}
// #endregion
