import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { features } from '../features.js';

/** Writes the flag file when it is missing, lacks a flag of the shop, or should be reset. Returns whether it was written. */
export async function prepareFlagFile(
  file: string,
  reset: boolean,
  onNote: (note: string) => void,
): Promise<boolean> {
  const fresh = initialFlags();
  if (!reset && (await holdsAll(file, Object.keys(fresh.flags)))) {
    onNote(`The flags are those of the last time, in ${file}. Start with --reset for new ones.`);
    return false;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`);
  return true;
}

async function holdsAll(file: string, flags: readonly string[]): Promise<boolean> {
  try {
    const text = await readFile(file, 'utf8');
    return flags.every((flag) => text.includes(`"${flag}"`));
  } catch {
    return false;
  }
}

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
