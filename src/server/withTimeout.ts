/**
 * Waits for a promise, but no longer than `timeoutMs`. Then it rejects with `lateError()`, and ignores a later result or error.
 */
export function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function settle(): void {
      settled = true;
      clearTimeout(timer);
    }

    // A thenable that is not a promise may throw, or call back twice. `Promise.resolve` makes it a promise, which does neither.
    Promise.resolve(promise).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error as Error);
      },
    );
    // A timer costs more than everything else that a passing request needs. A promise that has settled by now needs no timer.
    void present.then(() => {
      if (!settled) timer = setTimeout(() => reject(lateError()), timeoutMs);
    });
  });
}

const present = Promise.resolve();
