import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import type { Snapshot } from 'react-maintenance-mode/server';
import { createMaintenance } from './createMaintenance';

export async function currentUser(): Promise<string> {
  return (await cookies()).get('user')?.value ?? 'nobody';
}

/** The features that staff may use although they are closed, from the proxy. Empty for everybody else. */
export async function bypassed(): Promise<string> {
  return (await headers()).get('maintenance-bypass') ?? '';
}

let maintenance: ReturnType<typeof createMaintenance> | undefined;

/**
 * The snapshot of this request's user. React caches it for the request. It waits for a second at most and never rejects: flags that
 * cannot be read break no page.
 */
export const readSnapshot = cache(async (): Promise<Snapshot | undefined> => {
  if (await bypassed()) return undefined;
  maintenance ??= createMaintenance();
  return maintenance.readSnapshot(new Request('http://localhost', { headers: await headers() }));
});
