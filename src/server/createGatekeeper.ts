import { maintenanceError, reasonOf } from '../core/errors.js';
import { checkHandlerOptions } from './checkOptions.js';
import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createBypass } from './createBypass.js';
import { createClientAddresses } from './createClientAddresses.js';
import type { RefusalParts } from './createRefusalComposer.js';
import { createRefusalWriter } from './createRefusalWriter.js';
import { createRequestRules } from './createRequestRules.js';
import { createRules } from './createRules.js';
import { createServerReporter, type ServerReporter } from './createServerReporter.js';
import { createRequestReader } from './createRequestReader.js';
import { createStateReader } from './createStateReader.js';
import { decide, type RequestFacts } from './decide.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';
import type { RequestTarget } from './pathReadings.js';

/** A request, whatever kind of server it came to. Nothing is worked out that is not looked at. */
export interface Exchange<R> {
  readonly request: R;
  readonly method: string;
  /** What was asked for, in every form that the app may see. */
  readonly target: RequestTarget;
  /** The path as it was sent. */
  readonly path: string;
  /** What follows the path: empty, or with its question mark. */
  readonly search: string;
  header(name: string): string | null;
  /** What the client says of a body that nobody has parsed yet. */
  readonly bodyType: string | null;
  /** The body as text, which stays there for the app. Rejects for one that is longer. */
  readBody(maxBytes: number): Promise<string>;
  /** Of the socket's other end. */
  readonly address: string | undefined;
}

/** A request that goes on to the app. */
export interface Pass<F extends string = string> {
  /** For the first render. `undefined` where flags were not read: on allowed paths, and when they could not be. */
  readonly snapshot: Snapshot | undefined;
  /** The features that are closed to others; for staff, so that they know what they look past. */
  readonly bypassed: readonly F[];
  /** For the answer: names what is looked past, and keeps it out of caches. Empty for everybody else. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a gatekeeper says: the whole answer, which has a `status`, or what to go on with. */
export type Verdict<F extends string> = (RefusalParts & { readonly snapshot?: never }) | Pass<F>;

/** Looks at requests of a kind, whatever the server. */
export interface Gatekeeper<F extends string, R> {
  /** Never rejects. */
  examine(request: R, exchange: Exchange<R>): Promise<Verdict<F>>;
  /** The snapshot for a request, where no verdict is wanted. `undefined` when the flags could not be read. Never rejects. */
  readSnapshot(request: R): Promise<Snapshot | undefined>;
  /** Told of what went wrong with a request. */
  readonly reporter: ServerReporter;
}

export function createGatekeeper<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
): Gatekeeper<F, R> {
  checkHandlerOptions(options);
  const { features, allow = {}, now = Date.now } = options;
  const keys = Object.values<Feature<F>>(features).map(({ key }) => key);
  const reporter = createServerReporter(options.onError ?? console.error);
  const requestRules = createRequestRules(options, reporter.once);
  const rules = createRules({
    features,
    ...requestRules.plain,
    allowPaths: allow.paths,
    defaultPaths: allow.defaultPaths,
  });
  const readWindows = createRequestReader(options, reporter);
  const readStates = createStateReader(features);
  const writer = createRefusalWriter(features, { ...options.refusal, onError: reporter.once }, now);
  const bypass = options.bypass && createBypass(options.bypass, now);
  const addresses = allow.addresses && createClientAddresses({ ...allow, addresses: allow.addresses });

  async function examine(request: R, exchange: Exchange<R>): Promise<Verdict<F>> {
    const followed = await followLink(exchange);
    if (followed) return followed;
    if (rules.isAllowed(exchange.target)) return passOn(undefined);
    const windows = await readWindows(request);
    if (!windows) return passOn(undefined);
    if (isEmpty(windows)) return passOn({ now: now(), windows });
    try {
      return await judge(exchange, { now: now(), windows });
    } catch (cause) {
      // Something is in maintenance: what cannot be decided does not pass.
      tellOf(cause, 'It was refused');
      return plainRefusal;
    }
  }

  async function judge(exchange: Exchange<R>, snapshot: Snapshot): Promise<Verdict<F>> {
    if (await isStaff(exchange, snapshot)) return passStaff(snapshot);
    const told = closedIn(snapshot).length ? await requestRules.ask(exchange) : undefined;
    const facts: RequestFacts<F> = { ...factsOf(exchange), ...told };
    const states = readStates(snapshot, [...rules.featuresOf(facts.path), ...(facts.features ?? [])]);
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return passOn(snapshot);
    if (decision.answer === 'preflight') return writer.preflight(exchange, facts.requestedMethod ?? '');
    return writer.refusal(exchange, decision.state, snapshot);
  }

  async function followLink(exchange: Exchange<R>): Promise<RefusalParts | undefined> {
    try {
      return await bypass?.followLink(exchange);
    } catch (cause) {
      tellOf(cause, 'Nobody was let in by its link');
      return undefined;
    }
  }

  /** Whether this is staff, where that makes a difference. */
  async function isStaff(exchange: Exchange<R>, snapshot: Snapshot): Promise<boolean> {
    if ((!addresses && !bypass) || !closedIn(snapshot).length) return false;
    if (addresses?.isAllowed(exchange)) return true;
    try {
      return (await bypass?.holds(exchange.header('cookie'))) ?? false;
    } catch (cause) {
      tellOf(cause, 'It does not count as one of staff');
      return false;
    }
  }

  function closedIn(snapshot: Snapshot): F[] {
    const states = readStates(snapshot, keys);
    return keys.filter((key) => !states[key].canWrite);
  }

  function passStaff(snapshot: Snapshot): Pass<F> {
    const bypassed = closedIn(snapshot);
    const open = Object.entries(snapshot.windows).filter(([key]) => !bypassed.some((other) => other === key));
    return {
      snapshot: { ...snapshot, windows: Object.fromEntries(open) },
      bypassed,
      headers: {
        'maintenance-bypass': bypassed.map(encodeURIComponent).join(', '),
        'cache-control': 'private, no-store',
      },
    };
  }

  function tellOf(cause: unknown, whatWasDone: string): void {
    const message = `A request could not be examined: ${reasonOf(cause)}. ${whatWasDone}.`;
    reporter.once(maintenanceError('request-failed', message, { cause }));
  }

  return {
    reporter,
    async examine(request, exchange) {
      try {
        return await examine(request, exchange);
      } catch (cause) {
        // A clock that throws, or a mistake of ours: the same choice as for flags that cannot be read.
        const open = options.failure === 'open';
        tellOf(cause, open ? 'It passed, as "failure" says' : 'It was refused, as "failure" says');
        return open ? passOn(undefined) : plainRefusal;
      }
    },
    async readSnapshot(request) {
      try {
        const windows = await readWindows(request);
        return windows && { now: now(), windows };
      } catch (cause) {
        tellOf(cause, 'It has no snapshot');
        return undefined;
      }
    },
  };
}

/** The refusal that needs nothing, for when another one cannot be written. */
export const plainRefusal: RefusalParts = {
  status: 503,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '120',
    'x-content-type-options': 'nosniff',
  },
  body: 'Unavailable for now',
};

function passOn(snapshot: Snapshot | undefined): Pass<never> {
  return { snapshot, bypassed: nothing, headers: noHeaders };
}

const nothing: readonly never[] = [];
const noHeaders = {};

function isEmpty(windows: Snapshot['windows']): boolean {
  for (const _ in windows) return false;
  return true;
}

function factsOf(exchange: Exchange<unknown>): RequestFacts<never> {
  const { method, target } = exchange;
  const upgrade = exchange.header('upgrade');
  return {
    method,
    path: target,
    requestedMethod:
      method === 'OPTIONS' ? (exchange.header('access-control-request-method') ?? undefined) : undefined,
    // Some clients offer HTTP/2 with every request.
    upgrade: upgrade !== null && !/^(h2c?)?$/i.test(upgrade),
  };
}
