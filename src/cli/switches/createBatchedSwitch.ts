import { type FlagChange, type FlagSwitch, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';

interface Waiting {
  readonly change: FlagChange;
  readonly resolve: (state: SwitchState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one writer of many: what several ask for while a change is under way becomes one change after it, so that they do not
 * conflict with each other. When the service refuses it for what is in it, each is tried alone, so that one bad key harms nobody else.
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
    // What is asked for in the same moment goes together.
    await Promise.resolve();
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      // A change has one value, for all whom it puts into maintenance.
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
    // Whoever asks while a read is under way may know of something newer, and gets the next one, together with others.
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
