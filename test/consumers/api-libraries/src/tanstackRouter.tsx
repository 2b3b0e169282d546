import {
  createRootRoute,
  createRoute,
  createRouter,
  useRouter,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { MaintenanceGate, useMaintenance } from 'react-maintenance-mode';
import { api } from './api';

class Refused extends Error {
  readonly status: number;
  constructor({ status }: Response) {
    super(`The API answered ${status}`);
    this.status = status;
  }
}

/** Loads again what was refused, when the feature is back: `invalidate` also resets the router's error boundaries. */
function useReloadWhenOpen(feature: 'search'): void {
  const { canRead } = useMaintenance(feature);
  const router = useRouter();
  const before = useRef(canRead);
  useEffect(() => {
    if (canRead && !before.current) void router.invalidate();
    before.current = canRead;
  }, [canRead, router]);
}

function Search() {
  useReloadWhenOpen('search');
  return (
    <MaintenanceGate feature="search">
      <input aria-label="Search" />
      <p>{search.useLoaderData().join()}</p>
    </MaintenanceGate>
  );
}

function Failed({ error }: ErrorComponentProps) {
  useReloadWhenOpen('search');
  if (error instanceof Refused && error.status === 503) return <p>Search is unavailable for now.</p>;
  return <p>Something went wrong.</p>;
}

const root = createRootRoute();
const home = createRoute({ getParentRoute: () => root, path: '/', component: () => <p>Home</p> });
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  // What a loader throws is what its errorComponent gets.
  loader: async (): Promise<string[]> => {
    const response = await api('https://api.example/search/words');
    if (!response.ok) throw new Refused(response);
    return response.json();
  },
  component: Search,
  errorComponent: Failed,
});

export const router = createRouter({ routeTree: root.addChildren([home, search]) });
