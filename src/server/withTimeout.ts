/** Waits for a promise, but no longer than `timeoutMs`. Then it rejects with `lateError()`, and ignores a later result or error. */
export function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<T> {
  return thenWithin(
    promise,
    timeoutMs,
    lateError,
    (value) => value,
    (error) => {
      throw error;
    },
  );
}

/**
 * The same as `promise.then(onValue, onError)`, but it waits no longer than `timeoutMs`. Then it calls `onError` with `lateError()`, and ignores a
 * later result or error.
 */
export function thenWithin<T, U>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  lateError: () => Error,
  onValue: (value: T) => U | Promise<U>,
  onError: (error: unknown) => U | Promise<U>,
): Promise<U> {
  return new Promise((resolve, reject) => {
    let settled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function settle<A>(onSettled: (answer: A) => U | Promise<U>, answer: A): void {
      if (settled) return;
      settled = true;
      if (timer !== undefined) clearTimeout(timer);
      try {
        resolve(onSettled(answer));
      } catch (error) {
        reject(error as Error);
      }
    }

    // A thenable that is not a promise may throw, or call back twice. `Promise.resolve` makes it a promise, which does neither.
    Promise.resolve(promise).then(
      (value) => settle(onValue, value),
      (error: unknown) => settle(onError, error),
    );
    // A timer costs more than everything else that a passing request needs. A promise that has settled by now needs no timer.
    void present.then(() => {
      if (!settled) timer = setTimeout(() => settle(onError, lateError()), timeoutMs);
    });
  });
}

const present = Promise.resolve();
