import { LDProvider } from 'launchdarkly-react-client-sdk';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
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
