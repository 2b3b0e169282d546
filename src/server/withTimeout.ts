/**
 * Waits for a promise, but no longer than `timeoutMs`. Then it rejects with `lateError()`, and ignores what comes later, an error too.
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

    // A thenable that is no promise may throw, or call back twice. `Promise.resolve` makes a promise of it, which does neither.
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
    // A timer costs more than all else that happens to a request that passes. What has settled by now needs none.
    void present.then(() => {
      if (!settled) timer = setTimeout(() => reject(lateError()), timeoutMs);
    });
  });
}

const present = Promise.resolve();
