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
