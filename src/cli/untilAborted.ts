import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a time, or until the signal is aborted. Leaves no timer behind, because a timer would keep the process alive. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** The `Sleep` of production. */
export const sleep: Sleep = async (ms, signal) => {
  // It rejects when it is aborted.
  await delay(ms, undefined, { signal }).catch(() => {});
};

/** Sleeps, and stops sleeping when the signal is aborted. */
export async function sleepUnlessAborted(
  ms: number,
  { sleep, interrupted }: { readonly sleep: Sleep; readonly interrupted: AbortSignal },
): Promise<void> {
  if (ms > 0 && !interrupted.aborted) await untilAborted(sleep(ms, interrupted), interrupted);
}

/** Resolves as the promise does, or with `undefined` as soon as the signal is aborted. It removes its listener from the signal. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    const cleanUp = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    promise.then(
      (value) => {
        cleanUp();
        resolve(value);
      },
      (error: unknown) => {
        cleanUp();
        reject(error);
      },
    );
    if (signal.aborted) abort();
  });
}
