/** Waits for a promise, but no longer than `timeoutMs`. Then it rejects with `lateError()`, and ignores a later result or error. */
export async function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
