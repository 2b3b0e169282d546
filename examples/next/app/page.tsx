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
  const snapshot = takeSnapshot({ features, flags: await readFlags(user) });
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
