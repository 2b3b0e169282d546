import type { Features } from '../../core/defineFeatures.js';
import { interpretFlag } from '../../core/interpretFlag.js';
import { maintenanceProblemType, type MaintenanceProblem } from '../../core/problemDetails.js';
import type { MaintenanceWindow } from '../../core/timeline.js';
import { readBody, readDate, readRetryAfter } from '../readResponse.js';

/** What an answer says of features. */
export interface Refusal<F extends string> {
  readonly features: readonly F[];
  readonly window: (feature: F) => MaintenanceWindow | null;
  /** How long to wait before asking again, in milliseconds. */
  readonly waitMs: number;
  /** The time at the server that wrote a problem of ours, in epoch milliseconds: its instants are by this clock. */
  readonly serverTime?: number | undefined;
}

const defaultWaitMs = 60_000;
const dayMs = 86_400_000;
// Ours has some hundred bytes and comes at once. Whoever asked waits for this.
const maxBytes = 65_536;
const maxMs = 2_000;

/**
 * Reads a refusal out of a 503, without using its body up: our problem document, or a bare `Retry-After` where the request belongs
 * to features. `undefined` for a server that is only overloaded.
 */
export async function readRefusal<F extends string>(
  response: Response,
  owners: readonly F[],
  features: Features<F> | undefined,
  now: number,
): Promise<Refusal<F> | undefined> {
  // Caches do not keep a refusal: its date is of now.
  const serverTime = readDate(response);
  const waitMs = readRetryAfter(response.headers.get('retry-after'), serverTime ?? now);
  const problem = await readProblem(response);
  if (problem) {
    const { cause, feature, mode, windowId, startsAt, endsAt, notice } = problem;
    const known = [cause, feature].find(
      (key) => typeof key === 'string' && (!features || Object.hasOwn(features, key)),
    );
    const value = { mode, id: windowId, startsAt, endsAt, ...notice };
    return {
      // It was looked up above.
      features: known === undefined ? [] : [known as F],
      // A server that is not ours may say anything: what makes no sense in it is left out, as it is in a flag.
      window: (key) => interpretFlag(value, { flag: features?.[key].flag ?? key }),
      waitMs: waitMs ?? defaultWaitMs,
      serverTime,
    };
  }
  if (waitMs === undefined || !owners.length) return undefined;
  return {
    features: owners,
    window: (key) => ({
      id: features?.[key].flag ?? key,
      mode: features?.[key].mode === 'read-only' ? 'read-only' : 'down',
      // Nobody promises an end by asking for a day or more.
      ...(waitMs < dayMs && { endsAt: now + waitMs }),
    }),
    waitMs,
  };
}

async function readProblem(response: Response): Promise<Partial<MaintenanceProblem> | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  try {
    const body: unknown = JSON.parse(await readBody(response.clone(), maxBytes, maxMs));
    if (typeof body !== 'object' || body === null) return undefined;
    const problem: Partial<MaintenanceProblem> = body;
    return problem.type === maintenanceProblemType ? problem : undefined;
  } catch {
    // Cut off, or no JSON: whoever asked finds out.
    return undefined;
  }
}
