import { NextResponse, type NextRequest } from 'next/server';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { features } from './lib/features';
import { readFlags } from './lib/readFlags';

const handle = createMaintenanceHandler({
  features,
  readFlags: (request: Request) =>
    readFlags(/(?:^|; )user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? 'nobody'),
  failure: 'open',
  routes: { '/api/search': 'search' },
  allow: { paths: ['/sign-in'] },
});

/** A gate in a browser is no protection: the server refuses too, from the same flags. */
export async function proxy(request: NextRequest) {
  const { response, headers } = await handle(request);
  return response ?? NextResponse.next({ headers });
}

export const config = { matcher: ['/((?!_next/).*)'] };
