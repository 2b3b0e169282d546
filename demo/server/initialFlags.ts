import { features } from '../features.js';

/**
 * The flags of the shop in LaunchDarkly's flag-data format. Nothing is in maintenance.
 *
 * The flags of single features are on and serve "off" to everyone, because LaunchDarkly evaluates individual targets only while a flag is on.
 * The flag of the whole site is a kill switch: it is off, and serves maintenance to everyone once it is turned on.
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
