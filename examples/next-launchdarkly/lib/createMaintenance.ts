import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { features, routes } from './features';
import { flagClient } from './flagClient';

/** What the proxy refuses with and the pages read their snapshot from. */
export function createMaintenance() {
  const secret = process.env.BYPASS_SECRET;
  return createMaintenanceHandler({
    features,
    readFlags: launchDarklyFlags(flagClient(), ({ headers }: Request) => ({
      kind: 'user',
      key: /(?:^|; )user=(\w+)/.exec(headers.get('cookie') ?? '')?.[1] ?? 'nobody',
    })),
    failure: 'closed',
    routes: {
      ...routes,
      // A Server Action has the address of its page.
      '/draft': ({ headers }) => (headers.has('next-action') ? 'comments' : []),
    },
    allow: { paths: ['/_next/static/*', '/sign-in'] },
    ...(secret && { bypass: { secrets: [secret] } }),
    refusal: { lookEverySeconds: 1 },
  });
}
