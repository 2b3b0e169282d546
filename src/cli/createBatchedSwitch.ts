import type { FlagChange, FlagState, FlagSwitch } from './FlagSwitch.js';

interface Waiting {
  readonly change: FlagChange;
  readonly resolve: (state: FlagState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one writer of many: what several ask for while a change is under way becomes one change after it, so that they do not
 * conflict with each other. When the service refuses it, each is tried alone, so that one bad key harms nobody else.
 */
export function createBatchedSwitch(
  flagSwitch: FlagSwitch,
  commentOf: (users: readonly string[]) => string,
): FlagSwitch {
  let waiting: Waiting[] = [];
  let working: Promise<void> | undefined;
  let reading: Promise<FlagState> | undefined;

  async function work(): Promise<void> {
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      if (batch.length > 1 && (await settle(batch, merge(batch)))) continue;
      for (const one of batch) {
        await flagSwitch.change(one.change).then(one.resolve, one.reject);
      }
    }
    working = undefined;
  }

  async function settle(batch: readonly Waiting[], change: FlagChange): Promise<boolean> {
    try {
      const state = await flagSwitch.change(change);
      for (const { resolve } of batch) resolve(state);
      return true;
    } catch {
      return false;
    }
  }

  function merge(batch: readonly Waiting[]): FlagChange {
    const hold = batch.flatMap(({ change }) => change.hold ?? []);
    const release = batch.flatMap(({ change }) => change.release ?? []);
    return { hold, release, comment: commentOf([...hold, ...release]) };
  }

  return {
    ...flagSwitch,
    read() {
      reading ??= flagSwitch.read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    change: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        working ??= Promise.resolve().then(work);
      }),
  };
}
