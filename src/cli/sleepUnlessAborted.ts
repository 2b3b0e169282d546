/** Sleeps, but not after an operator said stop. */
export async function sleepUnlessAborted(
  ms: number,
  {
    sleep,
    interrupted,
  }: { readonly sleep: (ms: number) => Promise<void>; readonly interrupted: AbortSignal },
): Promise<void> {
  if (ms <= 0 || interrupted.aborted) return;
  const listening = new AbortController();
  const interruption = new Promise<void>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(), { signal: listening.signal });
  });
  await Promise.race([sleep(ms), interruption]);
  listening.abort();
}
