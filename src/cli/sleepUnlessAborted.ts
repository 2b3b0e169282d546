import { untilAborted } from './untilAborted.js';

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
