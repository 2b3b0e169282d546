import { compareSeverity } from '../core/timeline.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { Rules } from './rules.js';
import type { RequestTarget } from './requestPaths.js';
import type { States } from './snapshot.js';

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
  /** Other methods that it asks for, such as by `X-HTTP-Method-Override`, in capitals. The app may use them. */
  readonly overrides?: readonly string[] | undefined;
  /** Features that it belongs to beside those of its path, as its body says. */
  readonly features?: readonly F[] | undefined;
  /** Whether it only reads although its method and path do not say so. */
  readonly reads?: boolean | undefined;
  /** Whether it comes from staff, by cookie or address. */
  readonly staff?: boolean | undefined;
}

/** What to do with a request. `preflight`: answer the CORS preflight, so that the page may read the refusal that follows. */
export type Decision<F extends string = string> =
  | { readonly answer: 'pass'; readonly why: 'allowed-path' | 'staff' | 'open' }
  | { readonly answer: 'refuse' | 'preflight'; readonly state: Maintenance<F> };

/**
 * Decides about a request. Allowed paths pass, then staff. For everybody else the worst state counts, of the site and of the features
 * that the request belongs to: `down` refuses every request, `read-only` refuses requests that may write, `degraded` refuses none.
 *
 * @example
 * decide({ method: 'POST', path: '/comments' }, states, rules).answer; // 'refuse' while comments are read-only
 */
export function decide<F extends string>(
  request: RequestFacts<F>,
  states: States<F>,
  rules: Rules<F>,
): Decision<F> {
  const { path, upgrade, requestedMethod, overrides = [] } = request;
  if (rules.isAllowed(path)) return { answer: 'pass', why: 'allowed-path' };
  if (request.staff) return { answer: 'pass', why: 'staff' };
  const preflight = request.method === 'OPTIONS' && requestedMethod !== undefined;
  const method = preflight ? requestedMethod : request.method;
  const reads =
    (request.reads === true || rules.onlyReads(method, path, upgrade)) &&
    overrides.every((other) => rules.onlyReads(other, path, upgrade));
  let worst: Maintenance<F> | undefined;
  for (const feature of [...rules.featuresOf(path), ...(request.features ?? [])]) {
    const state = states[feature];
    if (reads ? state.canRead : state.canWrite) continue;
    if (!worst || compareSeverity(state, worst) < 0) worst = state;
  }
  if (!worst) return { answer: 'pass', why: 'open' };
  return { answer: preflight ? 'preflight' : 'refuse', state: worst };
}
