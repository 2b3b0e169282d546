import { useEffect, useRef } from 'react';
import { useMaintenance } from 'react-maintenance-mode';
import {
  isRouteErrorResponse,
  useLoaderData,
  useLocation,
  useNavigate,
  useRouteError,
  type RouteObject,
} from 'react-router';
import { api } from './api';

/**
 * Loads again what was refused, when the feature is back. Below the router, in the route and in its `errorElement`. By a navigation
 * to where the person is: `revalidate()` may be over before React Router's own error boundary has seen that it began.
 */
function useReloadWhenOpen(feature: 'search'): void {
  const { canRead } = useMaintenance(feature);
  const navigate = useNavigate();
  const { pathname, search, hash } = useLocation();
  const before = useRef(canRead);
  useEffect(() => {
    if (canRead && !before.current) {
      void navigate({ pathname, search, hash }, { replace: true, preventScrollReset: true });
    }
    before.current = canRead;
  }, [canRead, navigate, pathname, search, hash]);
}

function Words() {
  useReloadWhenOpen('search');
  return <p>{useLoaderData<string[]>().join()}</p>;
}

function Failed() {
  useReloadWhenOpen('search');
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 503) return <p>Search is unavailable for now.</p>;
  return <p>Something went wrong.</p>;
}

export const routes: RouteObject[] = [
  {
    path: '/',
    // What a loader throws is what its errorElement gets.
    loader: async () => {
      const response = await api('https://api.example/search/words');
      if (!response.ok) throw response;
      return response.json();
    },
    element: <Words />,
    errorElement: <Failed />,
    hydrateFallbackElement: <p>Loading…</p>,
  },
];
