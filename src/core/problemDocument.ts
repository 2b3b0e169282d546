import type { Maintenance } from './Maintenance.js';
import { maintenanceProblemType, type MaintenanceProblem } from './MaintenanceProblem.js';

/** The problem document of a refusal (RFC 9457). */
export function problemDocument(state: Maintenance, title: string, detail: string): MaintenanceProblem {
  const { feature, cause, mode, startsAt, endsAt, windowId, notice } = state;
  return {
    type: maintenanceProblemType,
    title,
    status: 503,
    detail,
    feature,
    cause,
    // What is refused is in some mode.
    mode: mode === 'none' ? 'down' : mode,
    ...(startsAt !== undefined && { startsAt: new Date(startsAt).toISOString() }),
    ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
    windowId,
    ...(notice && { notice }),
  };
}
