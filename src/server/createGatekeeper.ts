import { describe, maintenanceError } from '../core/errors.js';
import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createBypass } from './createBypass.js';
import { createClientAddresses } from './createClientAddresses.js';
import type { RefusalParts } from './createRefusalComposer.js';
import { createRefusalWriter } from './createRefusalWriter.js';
import { createRules } from './createRules.js';
import { createServerReporter } from './createServerReporter.js';
import { createRequestReader } from './createRequestReader.js';
import { createStateReader } from './createStateReader.js';
import { decide, type RequestFacts } from './decide.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';

/** What is looked at of a request, whatever kind it is of. */
export interface RequestView {
  readonly method: string;
  /** The path as it was sent. */
  readonly path: string;
  /** What follows the path: empty, or with its question mark. */
  readonly search: string;
  header(name: string): string | null;
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

/**
 * What a gatekeeper says: the whole answer, which has a `status`, or what to go on with. `open` is said of nearly all requests:
 * nothing is in maintenance, and `passOpen` makes the pass if somebody wants it. Reading the clock is most of what that costs.
 */
export type Verdict<F extends string> = (RefusalParts & { readonly snapshot?: never }) | Pass<F> | 'open';

/** Looks at requests of a kind, whatever the server. It answers at once where it can: most requests pass, and should not wait. */
export interface Gatekeeper<F extends string, R> {
  examine(request: R, view: RequestView, answer: (verdict: Verdict<F>) => void): void;
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
  const rules = createRules({ ...options, allowPaths: allow.paths });
  const reporter = createServerReporter(options.onError ?? console.error);
  const readWindows = createRequestReader(options, reporter);
  const readStates = createStateReader(features);
  const writer = createRefusalWriter(features, { ...options.refusal, onError: reporter.once }, now);
  const bypass = options.bypass && createBypass(options.bypass, now);
  const addresses = allow.addresses && createClientAddresses({ ...allow, addresses: allow.addresses });

  type Answer = (verdict: Verdict<F>) => void;

  function examineFlags(request: R, view: RequestView, answer: Answer): void {
    if (rules.isAllowed(view.path)) return answer(passOn(undefined));
    readWindows(request, (windows) => {
      if (!windows) return answer(passOn(undefined));
      if (isEmpty(windows)) return answer('open');
      const snapshot = { now: now(), windows };
      const byAddress = addresses?.isAllowed(view);
      const byCookie = !byAddress && bypass?.holds(view.header('cookie'));
      if (!byCookie) return judge(view, snapshot, byAddress ?? false, answer);
      void byCookie.then((holds) => judge(view, snapshot, holds, answer));
    });
  }

  function judge(view: RequestView, snapshot: Snapshot, staff: boolean, answer: Answer): void {
    if (staff) return answer(passStaff(snapshot));
    const facts = factsOf(view);
    const states = readStates(snapshot, rules.featuresOf(facts.path));
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return answer(passOn(snapshot));
    if (decision.answer === 'preflight') return answer(writer.preflight(view, facts.requestedMethod ?? ''));
    const refusal = writer.refusal(view, decision.state.feature, snapshot);
    if (refusal instanceof Promise) void refusal.then(answer);
    else answer(refusal);
  }

  function passStaff(snapshot: Snapshot): Pass<F> {
    const states = readStates(snapshot, keys);
    const bypassed = keys.filter((key) => !states[key].canWrite);
    if (!bypassed.length) return passOn(snapshot);
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
    examine(request, view, answer) {
      const link = bypass?.followLink(view);
      if (!link) return examineFlags(request, view, answer);
      void link.then((followed) => (followed ? answer(followed) : examineFlags(request, view, answer)));
    },
    passOpen: () => passOn({ now: now(), windows: {} }),
    readSnapshot: (request) =>
      new Promise((resolve) =>
        readWindows(request, (windows) => resolve(windows && { now: now(), windows })),
      ),
  };
}

function passOn(snapshot: Snapshot | undefined): Pass<never> {
  return { snapshot, bypassed: nothing, headers: noHeaders };
}

const nothing: readonly never[] = [];
const noHeaders = {};

function isEmpty(windows: Snapshot['windows']): boolean {
  return Object.keys(windows).length === 0;
}

function factsOf(view: RequestView): RequestFacts {
  const { method, path } = view;
  const upgrade = view.header('upgrade');
  return {
    method,
    path,
    requestedMethod: view.header('access-control-request-method') ?? undefined,
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
