import { createClient } from '@launchdarkly/react-sdk';
import { LDProvider } from 'launchdarkly-react-client-sdk';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { features } from './features.js';
import { SearchBox } from './SearchBox.js';

function Shop(): React.JSX.Element {
  return (
    <LaunchDarklyMaintenanceProvider features={features}>
      <SearchBox />
    </LaunchDarklyMaintenanceProvider>
  );
}

export function Version3({
  url,
  context,
}: {
  readonly url: string;
  readonly context: { kind: 'user'; key: string };
}): React.JSX.Element {
  return (
    <>
      {/* #region */}
      <LDProvider
        clientSideID="local"
        context={context}
        options={{ baseUrl: url, streamUrl: url, eventsUrl: url }}
      >
        <Shop />
      </LDProvider>
      {/* #endregion */}
    </>
  );
}

export function startVersion4(url: string, context: { kind: 'user'; key: string }) {
  // #region
  // @launchdarkly/react-sdk 4
  const client = createClient('local', context, { baseUri: url, streamUri: url, eventsUri: url });
  void client.start();
  const source = launchDarklySource(client);
  // #endregion
  return {
    client,
    app: (
      <MaintenanceProvider features={features} source={source}>
        <SearchBox />
      </MaintenanceProvider>
    ),
  };
}
