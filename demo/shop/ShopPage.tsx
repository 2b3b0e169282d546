import { LDProvider } from 'launchdarkly-react-client-sdk';
import type { Snapshot } from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';

import { features } from '../features.js';
import type { PersonKey } from '../people.js';
import { Shop } from './Shop.js';
import { reportChange } from './reportChange.js';

export interface ShopPageProps {
  readonly person: PersonKey;
  /** The address of the flag server. */
  readonly flagServer: string;
  /** The flag values that the server evaluated, as bootstrap data for LaunchDarkly's SDK. */
  readonly bootstrap: Readonly<Record<string, unknown>>;
  /** The maintenance states from the same evaluation, for the first render. */
  readonly snapshot: Snapshot;
}

/** The whole page of one person. It renders on the server and in the browser. */
export function ShopPage({ person, flagServer, bootstrap, snapshot }: ShopPageProps) {
  return (
    <LDProvider
      clientSideID="local"
      context={{ kind: 'user', key: person }}
      timeout={5}
      options={{
        baseUrl: flagServer,
        streamUrl: flagServer,
        eventsUrl: flagServer,
        bootstrap,
        fetchGoals: false,
        diagnosticOptOut: true,
      }}
    >
      <LaunchDarklyMaintenanceProvider
        features={features}
        snapshot={snapshot}
        onChange={(change) => reportChange(person, change)}
      >
        <Shop person={person} />
      </LaunchDarklyMaintenanceProvider>
    </LDProvider>
  );
}
