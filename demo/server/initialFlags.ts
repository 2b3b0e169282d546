import { features } from '../features.js';

/**
 * The flags of the shop in LaunchDarkly's flag-data form, with nothing in maintenance.
 *
 * Those of single features are on and serve "off" to everyone: LaunchDarkly looks at individual targets only while a flag is on.
 * That of the whole site is a kill switch: off, and serving its maintenance once it is turned on.
 */
export function initialFlags(): { flags: Record<string, object> } {
  const flags: Record<string, object> = {};
  for (const { flag, mode, scope } of Object.values(features)) {
    const site = scope === 'site';
    flags[flag] = {
      key: flag,
      version: 1,
      on: !site,
      variations: ['off', { mode }],
      variationDetails: [{ name: 'Off' }, { name: 'Maintenance' }],
      offVariation: 0,
      fallthrough: { variation: site ? 1 : 0 },
      targets: [],
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
    };
  }
  return { flags };
}
