import { type FlagChange, type FlagSwitch, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';

interface Waiting {
  readonly change: FlagChange;
  readonly resolve: (state: SwitchState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines many writers into one: changes that are requested while another change is in progress are sent together after it, so that they
 * do not conflict. When the service refuses the combined change, each part is tried alone, so that one bad key affects nobody else.
 */
export function createBatchedSwitch(
  flagSwitch: FlagSwitch,
  commentOf: (users: readonly string[]) => string,
): FlagSwitch {
  let waiting: Waiting[] = [];
  let working = false;
  let reading: Promise<unknown> = Promise.resolve();
  let nextRead: Promise<SwitchState> | undefined;

  async function work(): Promise<void> {
    working = true;
    // Changes of the same moment are combined.
    await Promise.resolve();
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      // A change has one value for all users whom it puts into maintenance.
      const groups = new Map<string, Waiting[]>();
      for (const one of batch) {
        const value = JSON.stringify(one.change.value) ?? '';
        groups.set(value, [...(groups.get(value) ?? []), one]);
      }
      for (const group of groups.values()) await changeTogether(group);
    }
    working = false;
  }

  async function changeTogether(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    try {
      const state = await flagSwitch.change(only && batch.length === 1 ? only.change : merge(batch));
      for (const { resolve } of batch) resolve(state);
    } catch (error) {
      const splits = error instanceof SwitchError && ['conflict', 'invalid'].includes(error.failure);
      if (splits && batch.length > 1) for (const one of batch) await changeTogether([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  function merge(batch: readonly Waiting[]): FlagChange {
    const hold = batch.flatMap(({ change }) => change.hold ?? []);
    const release = batch.flatMap(({ change }) => change.release ?? []);
    const { value } = batch[0]?.change ?? {};
    return {
      hold,
      release,
      ...(value !== undefined && { value }),
      comment: commentOf([...hold, ...release]),
    };
  }

  return {
    ...flagSwitch,
    // A caller that asks during a read may know of a newer change, so it gets the next read, together with others.
    read() {
      nextRead ??= reading.then(() => {
        const read = flagSwitch.read();
        nextRead = undefined;
        reading = read.catch(() => undefined);
        return read;
      });
      return nextRead;
    },
    change: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        if (!working) void work();
      }),
  };
}
