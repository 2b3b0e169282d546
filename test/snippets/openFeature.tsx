import { OpenFeature } from '@openfeature/web-sdk';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';
import { features } from './features.js';
import { SearchBox as Shop } from './SearchBox.js';

// #region
// After OpenFeature.setProvider(…) and OpenFeature.setContext({ targetingKey: 'bob' })
const source = openFeatureSource(OpenFeature.getClient());

export function App() {
  return (
    <MaintenanceProvider source={source} features={features}>
      <Shop />
    </MaintenanceProvider>
  );
}
// #endregion
