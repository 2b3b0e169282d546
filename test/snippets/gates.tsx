import { MaintenanceGate, useMaintenance, useSourceStatus } from 'react-maintenance-mode';

export function Gates(): React.JSX.Element {
  return (
    <>
      {/* #region */}
      <MaintenanceGate feature="search" fallback={<p>Search is unavailable.</p>}>
        …
      </MaintenanceGate>
      <MaintenanceGate feature="comments" requires="write">
        …
      </MaintenanceGate>
      <MaintenanceGate feature="checkout" as="span">
        <button>Buy</button>
      </MaintenanceGate>
      {/* in a toolbar: a short notice, on the same line */}
      <MaintenanceGate feature="search">
        {(state) => <Results partial={state.mode === 'degraded'} />}
      </MaintenanceGate>
      {/* #endregion */}
    </>
  );
}

function Results({ partial }: { readonly partial: boolean }): React.JSX.Element {
  return <p>{partial ? 'Some results' : 'All results'}</p>;
}

export function States(): React.JSX.Element {
  // #region
  const search = useMaintenance('search'); // { mode, phase, canRead, canWrite, cause, notice, startsAt, endsAt, windowId, … }
  const affected = useMaintenance(); // what is in maintenance or about to be, worst first
  const { state } = useSourceStatus(); // pending, ready, failed or stale; a change of it renders only who asks for it
  // #endregion
  return (
    <p>
      {search.mode}, {affected.map(({ feature }) => feature).join(' and ')}, {state}
    </p>
  );
}
