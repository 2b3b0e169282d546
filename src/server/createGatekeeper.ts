import { describe, maintenanceError } from '../core/errors.js';
import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createBypass } from './createBypass.js';
import { createClientAddresses } from './createClientAddresses.js';
import type { RefusalParts } from './createRefusalComposer.js';
import { createRefusalWriter } from './createRefusalWriter.js';
import { createRequestRules } from './createRequestRules.js';
import { createRules } from './createRules.js';
import { createServerReporter } from './createServerReporter.js';
import { createRequestReader } from './createRequestReader.js';
import { createStateReader } from './createStateReader.js';
import { decide, type RequestFacts } from './decide.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';
import type { RequestTarget } from './pathReadings.js';

/** A request that waits for its verdict, whatever kind of server it came to. Nothing is worked out that is not looked at. */
export interface Exchange<F extends string, R> {
  readonly request: R;
  readonly method: string;
  /** What was asked for, in every form that the app may see. */
  readonly target: RequestTarget;
  /** The path as it was sent. */
  readonly path: string;
  /** What follows the path: empty, or with its question mark. */
  readonly search: string;
  header(name: string): string | null;
  /** The body as text, which stays there for the app. Rejects for one that is longer. */
  readBody(maxBytes: number): Promise<string>;
  /** Of the socket's other end. */
  readonly address: string | undefined;
  /** Takes the verdict, once. */
  answer(verdict: Verdict<F>): void;
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

/**
 * What a gatekeeper says: the whole answer, which has a `status`, or what to go on with. `open` is said of nearly all requests:
 * nothing is in maintenance, and `passOpen` makes the pass if somebody wants it. Reading the clock is most of what that costs.
 */
export type Verdict<F extends string> = (RefusalParts & { readonly snapshot?: never }) | Pass<F> | 'open';

/** Looks at requests of a kind, whatever the server. It answers at once where it can: most requests pass, and should not wait. */
export interface Gatekeeper<F extends string, R> {
  examine(request: R, exchange: Exchange<F, R>): void;
  passOpen(): Pass<F>;
  /** The snapshot for a request, where no verdict is wanted. `undefined` when the flags could not be read. */
  readSnapshot(request: R): Promise<Snapshot | undefined>;
}

export function createGatekeeper<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
): Gatekeeper<F, R> {
  const { features, allow = {}, now = Date.now } = options;
  refuseBadFailure(options.failure);
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

  function examineFlags(request: R, exchange: Exchange<F, R>): void {
    if (rules.isAllowed(exchange.target)) return exchange.answer(passOn(undefined));
    readWindows(request, judge, exchange);
  }

  function judge(windows: Snapshot['windows'] | undefined, exchange: Exchange<F, R>): void {
    if (!windows) return exchange.answer(passOn(undefined));
    if (isEmpty(windows)) return exchange.answer('open');
    const snapshot = { now: now(), windows };
    const staff = isStaff(exchange, snapshot);
    if (!(staff instanceof Promise)) return judgeAs(staff, exchange, snapshot);
    void staff.then((holds) => judgeAs(holds, exchange, snapshot));
  }

  /** Whether this is staff, where that makes a difference. */
  function isStaff(exchange: Exchange<F, R>, snapshot: Snapshot): boolean | Promise<boolean> {
    if ((!addresses && !bypass) || !closedIn(snapshot).length) return false;
    return addresses?.isAllowed(exchange) || (bypass?.holds(exchange.header('cookie')) ?? false);
  }

  function closedIn(snapshot: Snapshot): F[] {
    const states = readStates(snapshot, keys);
    return keys.filter((key) => !states[key].canWrite);
  }

  function judgeAs(staff: boolean, exchange: Exchange<F, R>, snapshot: Snapshot): void {
    if (staff) exchange.answer(passStaff(snapshot));
    else judgeVisitor(exchange, snapshot);
  }

  function judgeVisitor(exchange: Exchange<F, R>, snapshot: Snapshot): void {
    const told = closedIn(snapshot).length ? requestRules.ask(exchange) : undefined;
    if (!told) return judgeFacts(factsOf(exchange), exchange, snapshot);
    void told.then((told) => judgeFacts({ ...factsOf(exchange), ...told }, exchange, snapshot));
  }

  function judgeFacts(facts: RequestFacts<F>, exchange: Exchange<F, R>, snapshot: Snapshot): void {
    const states = readStates(snapshot, [...rules.featuresOf(facts.path), ...(facts.features ?? [])]);
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return exchange.answer(passOn(snapshot));
    if (decision.answer === 'preflight') {
      return exchange.answer(writer.preflight(exchange, facts.requestedMethod ?? ''));
    }
    const refusal = writer.refusal(exchange, decision.state, snapshot);
    if (refusal instanceof Promise) void refusal.then((written) => exchange.answer(written));
    else exchange.answer(refusal);
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

  return {
    examine(request, exchange) {
      const link = bypass?.followLink(exchange);
      if (!link) return examineFlags(request, exchange);
      void link.then((followed) => {
        if (followed) exchange.answer(followed);
        else examineFlags(request, exchange);
      });
    },
    passOpen: () => passOn({ now: now(), windows: {} }),
    readSnapshot: (request) =>
      new Promise((resolve) =>
        readWindows(request, (windows) => resolve(windows && { now: now(), windows }), undefined),
      ),
  };
}

function passOn(snapshot: Snapshot | undefined): Pass<never> {
  return { snapshot, bypassed: nothing, headers: noHeaders };
}

const nothing: readonly never[] = [];
const noHeaders = {};

function isEmpty(windows: Snapshot['windows']): boolean {
  for (const _ in windows) return false;
  return true;
}

function factsOf(exchange: Exchange<never, unknown>): RequestFacts<never> {
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

function refuseBadFailure(failure: unknown): void {
  if (failure === 'open' || failure === 'closed') return;
  throw maintenanceError(
    'invalid-option',
    `failure is ${describe(failure)}. Choose what holds when the flags cannot be read: "open" or "closed".`,
  );
}
