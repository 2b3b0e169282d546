import { MaintenanceGate } from 'react-maintenance-mode';
import { ServerMaintenanceGate } from 'react-maintenance-mode/server/react';
import { Asks } from '../components/Asks';
import { RefreshWhenOpen } from '../components/RefreshWhenOpen';
import { features } from '../lib/features';
import { fetchResults } from '../lib/fetchResults';
import { currentUser, readSnapshot } from '../lib/readSnapshot';

export default async function Page() {
  return (
    <>
      <h1>Hello {await currentUser()}</h1>
      {/* #region */}
      <ServerMaintenanceGate
        feature="search"
        features={features}
        snapshot={readSnapshot()}
        fallback={<RefreshWhenOpen feature="search" />}
      >
        <MaintenanceGate feature="search">
          <SearchResults />
        </MaintenanceGate>
      </ServerMaintenanceGate>
      {/* #endregion */}
      <MaintenanceGate feature="comments" requires="write">
        <Asks name="Comment" path="/api/comments/new" method="POST" />
      </MaintenanceGate>
    </>
  );
}

async function SearchResults() {
  return (
    <>
      <p>{await fetchResults()}</p>
      <Asks name="Search" path="/api/search/words" method="GET" />
    </>
  );
}
