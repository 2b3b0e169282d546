import { createMaintenanceHandler, type Snapshot } from 'react-maintenance-mode/server';
import { createContext, type LoaderFunctionArgs, type MiddlewareFunction } from 'react-router';
import { features } from './api';

const maintenance = createMaintenanceHandler({
  features,
  // Your flag service, for the user of this request.
  readFlags: ({ headers }) => ({ 'search-maintenance': headers.get('cookie') === 'user=bob' }),
  failure: 'open',
  routes: { '/search/*': 'search' },
});
const snapshotContext = createContext<Snapshot | undefined>(undefined);

const refuse: MiddlewareFunction<Response> = async ({ request, context }, next) => {
  const { response, snapshot, enforce } = await maintenance(request);
  if (response) return response;
  context.set(snapshotContext, snapshot);
  return enforce(await next());
};

// Of app/root.tsx.
export const middleware = [refuse];
export const loader = ({ context }: LoaderFunctionArgs) => ({ snapshot: context.get(snapshotContext) });
