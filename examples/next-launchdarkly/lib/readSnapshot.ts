import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { launchDarklyFlags, takeSnapshot, type Snapshot } from 'react-maintenance-mode/server';
import { features } from './features';
import { flagClient } from './flagClient';

export async function currentUser(): Promise<string> {
  return (await cookies()).get('user')?.value ?? 'nobody';
}

/** The features that staff may use although they are closed, from the proxy. Empty for everybody else. */
export async function bypassed(): Promise<string> {
  return (await headers()).get('maintenance-bypass') ?? '';
}

/** The snapshot of this request's user. React caches it for the request. */
export const readSnapshot = cache(async (): Promise<Snapshot | undefined> => {
  if (await bypassed()) return undefined;
  const read = launchDarklyFlags(flagClient(), async (key: string) => ({ kind: 'user', key }));
  const keys = Object.values(features).map(({ flag }) => flag);
  return takeSnapshot({ features, flags: await read(await currentUser(), keys) });
});
