/**
 * Waits for a promise, but no longer than `timeoutMs`. It rejects with `lateError()` then, and what comes later is ignored, an error too.
 */
export function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(lateError()), timeoutMs);
    // A thenable of somebody else may throw, or call back twice: `Promise.resolve` makes a promise of it that does not.
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
