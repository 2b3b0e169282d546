import { compareSeverity } from '../core/timeline.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { Rules } from './createRules.js';
import type { RequestTarget } from './pathReadings.js';
import type { States } from './readStates.js';

/** What a decision needs to know of a request. */
export interface RequestFacts<F extends string = string> {
  /** In capitals. */
  readonly method: string;
  /** The path as it was sent, percent-encoded: the whole request target is fine. All of them where the app may see another one. */
  readonly path: RequestTarget;
  /** Of a CORS preflight: the method that it asks for. */
  readonly requestedMethod?: string | undefined;
  /** Whether it asks for another protocol, such as a WebSocket. Such a connection may write. */
  readonly upgrade?: boolean | undefined;
  /** What it belongs to beside the features of its path, where only its body tells. */
  readonly features?: readonly F[] | undefined;
  /** Whether it only reads although its method and path do not say so. */
  readonly reads?: boolean | undefined;
  /** Whether this is staff, by cookie or by address. */
  readonly bypass?: boolean | undefined;
}

/** What to do with a request. `preflight`: let the browser send the request, so that it can read why it is refused. */
export type Decision<F extends string = string> =
  | { readonly answer: 'pass'; readonly why: 'allowed-path' | 'bypass' | 'open' }
  | { readonly answer: 'refuse' | 'preflight'; readonly state: Maintenance<F> };

/**
 * Decides about a request: allowed paths, then staff, then the worst state of the site and of the features that the path belongs
 * to. What is down is refused; what is read-only is refused to requests that may write; what is degraded is not refused.
 *
 * @example
 * decide({ method: 'POST', path: '/comments' }, states, rules).answer; // 'refuse' while comments are read-only
 */
export function decide<F extends string>(
  request: RequestFacts<F>,
  states: States<F>,
  rules: Rules<F>,
): Decision<F> {
  const { path, upgrade, requestedMethod, bypass } = request;
  if (rules.isAllowed(path)) return { answer: 'pass', why: 'allowed-path' };
  const preflight = request.method === 'OPTIONS' && requestedMethod !== undefined;
  const method = preflight ? requestedMethod : request.method;
  const reads = request.reads === true || rules.onlyReads(method, path, upgrade);
  let worst: Maintenance<F> | undefined;
  for (const feature of [...rules.featuresOf(path), ...(request.features ?? [])]) {
    const state = states[feature];
    if (reads ? state.canRead : state.canWrite) continue;
    if (!worst || compareSeverity(state, worst) < 0) worst = state;
  }
  if (!worst) return { answer: 'pass', why: 'open' };
  if (bypass) return { answer: 'pass', why: 'bypass' };
  return { answer: preflight ? 'preflight' : 'refuse', state: worst };
}
