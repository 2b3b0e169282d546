import { NextResponse, type NextRequest } from 'next/server';
import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { features, routes } from './lib/features';
import { flagClient } from './lib/flagClient';

let maintenance: ReturnType<typeof createMaintenance> | undefined;

// #region
// Next 16: proxy.ts
export async function proxy(request: NextRequest) {
  maintenance ??= createMaintenance(); // on the first request, because a build has no flags
  const { response, headers } = await maintenance(request);
  if (response) return response;
  const forwarded = new Headers(request.headers); // for staff: see "Staff" below
  // Always set the header here, so that a client cannot send its own.
  forwarded.set('maintenance-bypass', headers['maintenance-bypass'] ?? '');
  return NextResponse.next({ headers, request: { headers: forwarded } });
}
// #endregion

function createMaintenance() {
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
