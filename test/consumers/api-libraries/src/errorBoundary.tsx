import { useQueryErrorResetBoundary, useSuspenseQuery } from '@tanstack/react-query';
import { ErrorBoundary } from 'react-error-boundary';
import { MaintenanceGate, useMaintenance } from 'react-maintenance-mode';
import { Suspense } from 'react';
import { api } from './api';

function Words() {
  const { data } = useSuspenseQuery({
    queryKey: ['words'],
    retry: false,
    queryFn: async () => {
      const response = await api('https://api.example/search/words');
      if (!response.ok) throw new Error(`${response.status}`);
      return response.json() as Promise<string[]>;
    },
  });
  return <p>{data.join()}</p>;
}

/** An error boundary keeps its error, and a suspended query too: both start over when the feature is back. */
export function Search() {
  const { canRead } = useMaintenance('search');
  const { reset } = useQueryErrorResetBoundary();
  return (
    <MaintenanceGate feature="search">
      <ErrorBoundary resetKeys={[canRead]} onReset={reset} fallback={<p>Something went wrong.</p>}>
        <Suspense fallback={<p>Loading…</p>}>
          <Words />
        </Suspense>
      </ErrorBoundary>
    </MaintenanceGate>
  );
}
