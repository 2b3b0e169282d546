import type { Maintenance, Mode, Notice } from './Maintenance.js';

/** The `type` of our problem details. It identifies the kind of problem and is not an address to open. */
export const maintenanceProblemType = 'urn:problem-type:react-maintenance-mode:unavailable';

/**
 * The body of a refusal because of a maintenance: problem details (RFC 9457) of type
 * `urn:problem-type:react-maintenance-mode:unavailable`, sent as `application/problem+json` with 503 and `Retry-After`.
 */
export interface MaintenanceProblem {
  readonly type: string;
  /** The same for every refusal, in the language of the answer. */
  readonly title: string;
  readonly status: 503;
  /** For people. Programs should read the members below. */
  readonly detail: string;
  /** The feature that the request belongs to. */
  readonly feature: string;
  /** The feature whose flag says so: itself, one that it depends on, or the site. */
  readonly cause: string;
  readonly mode: Mode;
  /** ISO 8601. */
  readonly startsAt?: string;
  /** The promised end, ISO 8601. It may have passed. */
  readonly endsAt?: string;
  readonly windowId: string;
  /** What the operator wrote, in the language of the answer. */
  readonly notice?: Notice;
}

/** The problem details of a refusal. */
export function problemDetails(state: Maintenance, title: string, detail: string): MaintenanceProblem {
  const { feature, cause, mode, startsAt, endsAt, windowId, notice } = state;
  return {
    type: maintenanceProblemType,
    title,
    status: 503,
    detail,
    feature,
    cause,
    // A feature that refuses requests has a mode.
    mode: mode === 'none' ? 'down' : mode,
    ...(startsAt !== undefined && { startsAt: new Date(startsAt).toISOString() }),
    ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
    windowId,
    ...(notice && { notice }),
  };
}
