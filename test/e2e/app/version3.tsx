import { LDProvider, useLDClient } from 'launchdarkly-react-client-sdk';
import { StrictMode, useCallback, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';

import { features } from './features.js';
import { Shop } from './Shop.js';

// The address says who is signed in, and where the flags are.
const address = new URLSearchParams(location.search);
const flags = address.get('flags') ?? '';

function SignedIn(): ReactNode {
  const client = useLDClient();
  const signIn = useCallback((key: string) => void client?.identify({ kind: 'user', key }), [client]);
  return <Shop signIn={signIn} />;
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <LDProvider
      clientSideID="local"
      context={{ kind: 'user', key: address.get('user') ?? '' }}
      timeout={5}
      options={{ baseUrl: flags, streamUrl: flags, eventsUrl: flags }}
    >
      <StrictMode>
        <LaunchDarklyMaintenanceProvider features={features}>
          <SignedIn />
        </LaunchDarklyMaintenanceProvider>
      </StrictMode>
    </LDProvider>,
  );
}
