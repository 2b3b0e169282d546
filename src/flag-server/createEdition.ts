import { init, type LDContext, type LDFlagsState } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

import { flagVersion, isClientSide } from './FlagConfig.js';
import { isRecord } from './isRecord.js';
import type { FlagData } from './parseFlagFile.js';

/** What LaunchDarkly's client-side protocol says of one flag for one context. */
export interface Evaluation {
  value: unknown;
  variation?: number;
  /** Counts every change of the file, so that a flag whose prerequisite changed is newer too. */
  version: number;
  flagVersion: number;
  trackEvents: boolean;
  trackReason?: boolean;
  debugEventsUntilDate?: number;
  reason?: { kind: string };
  prerequisites?: string[];
}

/** One state of the flag file, evaluated by LaunchDarkly's server SDK. It never changes. */
export interface Edition {
  readonly data: FlagData;
  readonly revision: number;
  /** When it was made, in epoch milliseconds. */
  readonly madeAt: number;
  /** The value of every flag for a context; `undefined` when the context is not a valid one. */
  evaluate: (context: unknown, options: EvaluateOptions) => Promise<Map<string, Evaluation> | undefined>;
  close: () => void;
}

interface EvaluateOptions {
  clientSideOnly: boolean;
  withReasons: boolean;
}

/**
 * Loads flags into LaunchDarkly's server SDK, with no network.
 *
 * Each state gets an SDK client of its own (a millisecond for ten flags, a tenth of a second for ten thousand):
 * the SDK's test data source cannot remove a flag, and states that never change need no locks.
 */
export async function createEdition(data: FlagData, revision: number): Promise<Edition> {
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
      // The SDK answers an invalid state for most of the bad contexts, and throws where a part is no text that it takes for one.
      // The flags cannot be the reason: they were checked before.
      return undefined;
    }
  }

  return {
    data,
    revision,
    madeAt: Date.now(),
    evaluate: async (context, options) => {
      if (!isRecord(context)) return undefined;
      const state = await allFlags(context as LDContext, options);
      if (!state?.valid) return undefined;
      // toJSON is typed as a bare object; this is the form that LaunchDarkly documents for bootstrapping browsers.
      const { $flagsState: details } = state.toJSON() as { $flagsState: Record<string, Partial<Evaluation>> };
      const evaluations = new Map<string, Evaluation>();
      for (const [key, value] of Object.entries(state.allValues())) {
        const detail = details[key];
        const version = detail?.version ?? 1;
        evaluations.set(key, {
          trackEvents: false,
          ...detail,
          value,
          version: revision,
          flagVersion: version,
        });
      }
      return evaluations;
    },
    close: () => client.close(),
  };
}
