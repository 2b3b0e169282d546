import { compareSeverity } from '../core/timeline.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { Rules } from './rules.js';
import type { RequestTarget } from './requestPaths.js';
import type { States } from './snapshot.js';

/** The facts about a request that decide. */
export interface RequestFacts<F extends string = string> {
  /** In upper case. */
  readonly method: string;
  /** The path or the whole request target as it was sent, percent-encoded. Several, if the app may see another one than the client sent. */
  readonly path: RequestTarget;
  /** The method that a CORS preflight asks for. */
  readonly requestedMethod?: string | undefined;
  /** Whether the request asks for another protocol, such as a WebSocket. Such a connection may write. */
  readonly upgrade?: boolean | undefined;
  /** Other methods that the request asks for, for example with `X-HTTP-Method-Override`, in upper case. The app may use them. */
  readonly overrides?: readonly string[] | undefined;
  /** Features that the request belongs to according to its body, in addition to those of its path. */
  readonly features?: readonly F[] | undefined;
  /** Whether the request only reads, although its method and path do not show it. */
  readonly reads?: boolean | undefined;
  /** Whether the request comes from staff, by cookie or address. */
  readonly staff?: boolean | undefined;
}

/** What to do with a request. With `preflight`, answer the CORS preflight, so that the page can read the refusal that follows. */
export type Decision<F extends string = string> =
  | { readonly answer: 'pass'; readonly why: 'allowed-path' | 'staff' | 'open' }
  | { readonly answer: 'refuse' | 'preflight'; readonly state: Maintenance<F> };

/**
 * Decides what happens to a request. Requests to allowed paths and requests of staff pass. For everyone else the worst state decides, of the
 * site and of the features that the request belongs to: `down` refuses every request, `read-only` refuses requests that may write, `degraded`
 * refuses none.
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
