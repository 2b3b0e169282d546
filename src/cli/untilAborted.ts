/** Sleeps, and stops sleeping when the signal is aborted. */
export async function sleepUnlessAborted(
  ms: number,
  {
    sleep,
    interrupted,
  }: { readonly sleep: (ms: number) => Promise<void>; readonly interrupted: AbortSignal },
): Promise<void> {
  if (ms > 0 && !interrupted.aborted) await untilAborted(sleep(ms), interrupted);
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
