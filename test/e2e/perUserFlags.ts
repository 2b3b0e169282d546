import type { TestFlagServer } from '../flag-server/startFlagServer.js';

/** Flag data in which nobody is in maintenance: the first variation, `true`, is for whom `setForUser` names. */
export function perUserFlags(...keys: readonly string[]): { flags: Record<string, object> } {
  const flag = (key: string): object => ({
    key,
    version: 1,
    on: true,
    variations: [true, false],
    fallthrough: { variation: 1 },
    offVariation: 1,
    clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  });
  return { flags: Object.fromEntries(keys.map((key) => [key, flag(key)])) };
}

/** Puts a feature into maintenance for one user, or ends it, by a semantic patch over HTTP. */
export async function setForUser(
  server: TestFlagServer,
  flag: string,
  user: string,
  on: boolean,
): Promise<void> {
  const kind = on ? 'addTargets' : 'removeTargets';
  await server.patch(flag, [{ kind, contextKind: 'user', values: [user], variation: 0 }]);
}
