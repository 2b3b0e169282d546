import { cookies } from 'next/headers';
import { Suspense } from 'react';
import { MaintenanceGate } from 'react-maintenance-mode';
import { takeSnapshot } from 'react-maintenance-mode/server';
import { ServerMaintenanceGate } from 'react-maintenance-mode/server/react';
import { features } from '../lib/features';
import { readFlags } from '../lib/readFlags';

export default function Page() {
  return (
    <main>
      <h1>Shop</h1>
      <MaintenanceGate feature="search">
        <input type="search" aria-label="Search" />
      </MaintenanceGate>
      <Suspense fallback={<p>Loading…</p>}>
        <Results />
      </Suspense>
    </main>
  );
}

/** Reading the cookie makes this component dynamic, so it may read the clock. */
async function Results() {
  const user = (await cookies()).get('user')?.value ?? 'nobody';
  // Without a snapshot the gate is open, as `failure: 'open'` says in proxy.ts: flags that cannot be read break no page.
  const snapshot = await readFlags(user).then(
    (flags) => takeSnapshot({ features, flags }),
    () => undefined,
  );
  return (
    <ServerMaintenanceGate
      feature="search"
      features={features}
      snapshot={snapshot}
      fallback={<p>No results now</p>}
    >
      <p>Results for {user}</p>
    </ServerMaintenanceGate>
  );
}
