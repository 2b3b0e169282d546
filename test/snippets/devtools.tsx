import { LDProvider } from 'launchdarkly-react-client-sdk';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { features } from './features.js';
import { SearchBox as Shop } from './SearchBox.js';

// #region
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';

const devtools = createDevtools(features);

const app = (
  <LaunchDarklyMaintenanceProvider wrapSource={devtools.wrap} now={devtools.now} features={features}>
    <Shop />
    <MaintenanceDevtools devtools={devtools} />
  </LaunchDarklyMaintenanceProvider>
);
// Of another source: <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={features}>
// #endregion

export function App({ url }: { readonly url: string }): React.JSX.Element {
  return (
    <LDProvider
      clientSideID="local"
      context={{ kind: 'user', key: 'bob' }}
      options={{ baseUrl: url, streamUrl: url, eventsUrl: url }}
    >
      {app}
    </LDProvider>
  );
}
