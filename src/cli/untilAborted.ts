/** Sleeps, but not after an operator said stop. */
export async function sleepUnlessAborted(
  ms: number,
  {
    sleep,
    interrupted,
  }: { readonly sleep: (ms: number) => Promise<void>; readonly interrupted: AbortSignal },
): Promise<void> {
  if (ms > 0 && !interrupted.aborted) await untilAborted(sleep(ms), interrupted);
}

/** What a promise gives, or `undefined` from the moment on that a signal is aborted. It leaves nothing behind at the signal. */
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
