import { NextResponse, type NextRequest } from 'next/server';
import { createMaintenance } from './lib/createMaintenance';

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
