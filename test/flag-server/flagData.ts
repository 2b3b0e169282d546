/** Flags of a small shop: a per-user flag, a kill switch, one with values of every kind, and one that browsers never see. */
export function shopFlags(): {
  flags: Record<string, Record<string, unknown>>;
  flagValues: Record<string, unknown>;
  segments: Record<string, unknown>;
} {
  const clientSideAvailability = { usingEnvironmentId: true, usingMobileKey: false };
  return {
    flags: {
      search: {
        key: 'search',
        version: 7,
        on: true,
        variations: [true, false],
        fallthrough: { variation: 1 },
        offVariation: 1,
        targets: [],
        clientSideAvailability,
      },
      site: {
        key: 'site',
        version: 3,
        on: false,
        variations: [true, false],
        fallthrough: { variation: 0 },
        offVariation: 1,
        clientSideAvailability,
      },
      checkout: {
        key: 'checkout',
        version: 1,
        on: true,
        variations: [false, { mode: 'read-only', message: 'Back at noon.' }, 'down'],
        fallthrough: { variation: 0 },
        offVariation: 0,
        clientSideAvailability,
      },
      internal: {
        key: 'internal',
        version: 1,
        on: true,
        variations: ['secret'],
        fallthrough: { variation: 0 },
        clientSideAvailability: { usingEnvironmentId: false },
      },
    },
    flagValues: { comments: false, greeting: 'hello' },
    segments: {},
  };
}
