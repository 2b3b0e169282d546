import { isClientSide, type FlagConfig } from './FlagConfig.js';
import type { FlagData } from './parseFlagFile.js';

/** Flags and segments as LaunchDarkly's server SDKs take them, from a stream or by polling. */
export interface SdkData {
  flags: Record<string, FlagConfig>;
  segments: Record<string, Record<string, unknown>>;
}

/**
 * Shows the content of the flag file to a server SDK.
 *
 * @param revision becomes the version of everything. An SDK takes a change only with a higher version than before, and
 * whoever edits the file by hand does not count.
 */
export function toSdkData({ flags, segments }: FlagData, revision: number): SdkData {
  return {
    flags: Object.fromEntries(
      [...flags].map(([key, flag]) => [
        key,
        {
          ...flag,
          version: revision,
          clientSideAvailability: { ...flag.clientSideAvailability, usingEnvironmentId: isClientSide(flag) },
        },
      ]),
    ),
    segments: Object.fromEntries(
      segments.map((segment) => [String(segment['key']), { ...segment, version: revision }]),
    ),
  };
}
