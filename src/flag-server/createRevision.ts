import { init, type LDContext, type LDFlagsState } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

import { type FlagConfig, flagVersion, isClientSide, isRecord } from './FlagConfig.js';
import type { FlagData } from './parseFlagFile.js';

/** The evaluation of one flag for one context, in the form of LaunchDarkly's client-side protocol. */
export interface Evaluation {
  value: unknown;
  variation?: number;
  /** The number of the revision, so that a flag is newer, too, when only its prerequisite changed. */
  version: number;
  flagVersion: number;
  trackEvents: boolean;
  trackReason?: boolean;
  debugEventsUntilDate?: number;
  reason?: { kind: string };
  prerequisites?: string[];
}

/** The content of the flag file at one time, loaded into LaunchDarkly's server SDK. It never changes. */
export interface FlagRevision {
  readonly data: FlagData;
  /** Grows with every change of the file. */
  readonly number: number;
  /** When it was loaded, in epoch milliseconds. */
  readonly loadedAt: number;
  /** Evaluates every flag for a context. Returns `undefined` if the context is not valid. */
  evaluate: (context: unknown, options: EvaluateOptions) => Promise<Map<string, Evaluation> | undefined>;
  /** The flags and segments with their rules, as server SDKs take them. */
  sdkData: () => SdkData;
  close: () => void;
}

/** Flags and segments as LaunchDarkly's server SDKs take them, by stream or by polling. */
interface SdkData {
  flags: Record<string, FlagConfig>;
  segments: Record<string, Record<string, unknown>>;
}

interface EvaluateOptions {
  clientSideOnly: boolean;
  withReasons: boolean;
}

/**
 * Loads flags into LaunchDarkly's server SDK, without a network.
 *
 * Each revision has its own SDK client, because the SDK's test data source cannot remove a flag. A revision that never changes needs no
 * locks. Creating a client takes a millisecond for ten flags, and a tenth of a second for ten thousand.
 */
export async function createRevision(data: FlagData, number: number): Promise<FlagRevision> {
  const testData = new TestData();
  for (const flag of data.flags.values()) {
    await testData.usePreconfiguredFlag({
      ...flag,
      version: flagVersion(flag),
      clientSideAvailability: { ...flag.clientSideAvailability, usingEnvironmentId: isClientSide(flag) },
    });
  }
  for (const segment of data.segments) await testData.usePreconfiguredSegment({ version: 1, ...segment });
  const silent = (): void => undefined;
  const client = init('local', {
    updateProcessor: testData.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: silent, warn: silent, info: silent, debug: silent },
  });
  await client.waitForInitialization({ timeout: 10 });

  async function allFlags(context: LDContext, options: EvaluateOptions): Promise<LDFlagsState | undefined> {
    try {
      return await client.allFlagsState(context, options);
    } catch {
      // For most invalid contexts the SDK returns an invalid state. It throws when a part of the context is not a string although it should be.
      // The flags cannot be the reason, because they were checked before.
      return undefined;
    }
  }

  return {
    data,
    number,
    loadedAt: Date.now(),
    evaluate: async (context, options) => {
      if (!isRecord(context)) return undefined;
      const state = await allFlags(context as LDContext, options);
      if (!state?.valid) return undefined;
      // toJSON has the type of any object. This is the form that LaunchDarkly documents for bootstrapping browsers.
      const { $flagsState: details } = state.toJSON() as { $flagsState: Record<string, Partial<Evaluation>> };
      const evaluations = new Map<string, Evaluation>();
      for (const [key, value] of Object.entries(state.allValues())) {
        const detail = details[key];
        const version = detail?.version ?? 1;
        evaluations.set(key, {
          trackEvents: false,
          ...detail,
          value,
          version: number,
          flagVersion: version,
        });
      }
      return evaluations;
    },
    sdkData: () => toSdkData(data, number),
    close: () => client.close(),
  };
}

/** Every flag and segment gets the same version: an SDK ignores a change whose version is not higher, and people who edit the file do not count. */
function toSdkData({ flags, segments }: FlagData, version: number): SdkData {
  return {
    flags: Object.fromEntries(
      [...flags].map(([key, flag]) => [
        key,
        {
          ...flag,
          version,
          clientSideAvailability: { ...flag.clientSideAvailability, usingEnvironmentId: isClientSide(flag) },
        },
      ]),
    ),
    segments: Object.fromEntries(
      segments.map((segment) => [String(segment['key']), { ...segment, version }]),
    ),
  };
}
