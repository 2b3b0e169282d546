import { init, type LDContext, type LDFlagsState } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { FlagFileEdited, type FlagFile } from './createFlagFile.js';
import { flagVersion, type FlagConfig, isClientSide, isRecord } from './FlagConfig.js';
import { parseFlagFile, replaceFlag, type FlagData } from './parseFlagFile.js';
import type { FileTimes } from './representFlag.js';

/** The present flags. All changes go through it. */
export interface FlagState {
  readonly current: FlagRevision;
  /** When the file was first read and last changed. */
  readonly times: FileTimes;
  /**
   * Changes a flag, first on the disk and then for everyone. Changes are made one after another.
   *
   * @param edit returns the changed flag, or the same object to change nothing. Its errors are passed on.
   * @throws FlagFileEdited if somebody edited the file in the meantime. The edit is kept, and the change is not made.
   */
  change: (key: string, edit: (data: FlagData) => FlagConfig) => Promise<FlagConfig>;
  /** Runs a task while no change is in progress. */
  runExclusively: <T>(task: () => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

export interface FlagStateOptions {
  file: FlagFile;
  /** The name that messages use for the file. */
  fileName: string;
  /** Called with each new revision, before `change` resolves. */
  onRevision: (revision: FlagRevision) => Promise<void>;
  onWarning: (message: string) => void;
}

/**
 * Loads the flags of a file, and loads them again when somebody edits the file. An invalid edit is reported and ignored.
 *
 * @throws FlagFileError if the file is invalid.
 */
export async function createFlagState(options: FlagStateOptions): Promise<FlagState> {
  const { file, fileName, onWarning } = options;
  const parse = (text: string): FlagData => {
    const data = parseFlagFile(text, fileName);
    warnOfHiddenFlags(data, onWarning);
    return data;
  };
  const initial = await parseInitial(file, parse);
  let current = await createRevision(initial, newestVersion(initial));
  const created = current.loadedAt;
  let last: Promise<unknown> = Promise.resolve();

  const runExclusively = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  const publish = async (next: FlagRevision): Promise<void> => {
    const previous = current;
    current = next;
    await options.onRevision(next);
    previous.close();
  };
  // What was reported last: an edit, or why the file could not be read. Several events may tell of the same edit.
  let refused: string | undefined;
  const loadEdit = async (): Promise<void> => {
    let found: string | undefined;
    try {
      const text = await file.read();
      found = text;
      if (text === file.text) {
        refused = undefined;
        return;
      }
      const data = parse(text);
      const next = await createRevision(data, Math.max(current.number + 1, newestVersion(data)));
      // Only now: a later change must not overwrite an edit that could not be loaded.
      file.accept(text);
      refused = undefined;
      await publish(next);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (refused === (found ?? reason)) return;
      refused = found ?? reason;
      onWarning(
        `${reason}\nThe server keeps the flags from before that edit. They cannot be changed until the file is corrected.`,
      );
    }
  };
  const stopWatching = file.watch(() => void runExclusively(loadEdit));

  return {
    get current() {
      return current;
    },
    get times() {
      return { created, modified: current.loadedAt };
    },
    change: (key, edit) =>
      runExclusively(async () => {
        const flag = edit(current.data);
        if (flag === current.data.flags.get(key)) return flag;
        const data = replaceFlag(current.data, flag);
        const next = await createRevision(data, Math.max(current.number + 1, flagVersion(flag)));
        try {
          await file.write(serializeFlags(data));
        } catch (error) {
          next.close();
          if (error instanceof FlagFileEdited) await loadEdit();
          throw error;
        }
        await publish(next);
        return flag;
      }),
    runExclusively,
    close: () => {
      stopWatching();
      return runExclusively(async () => {
        current.close();
        await file.close();
      });
    },
  };
}

async function parseInitial(file: FlagFile, parse: (text: string) => FlagData): Promise<FlagData> {
  try {
    return parse(file.text);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function serializeFlags(data: FlagData): string {
  return `${JSON.stringify(data.root, null, 2)}\n`;
}

function warnOfHiddenFlags({ flags }: FlagData, onWarning: (message: string) => void): void {
  const hidden = [...flags.values()].filter(
    ({ clientSideAvailability, clientSide }) => clientSideAvailability == null && clientSide == null,
  );
  if (hidden.length === 0) return;
  const keys = hidden.map(({ key }) => key).join(', ');
  onWarning(
    `No browser sees ${keys}. Add "clientSideAvailability": {"usingEnvironmentId": true} to flags that browsers should see, and false to the others.`,
  );
}

function newestVersion(data: FlagData): number {
  return Math.max(1, ...[...data.flags.values()].map(flagVersion));
}

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
