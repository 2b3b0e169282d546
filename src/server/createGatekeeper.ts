import { describe, maintenanceError } from '../core/errors.js';
import type { Feature } from '../core/defineFeatures.js';
import { takeSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import { createBypass } from './createBypass.js';
import { createClientAddresses } from './createClientAddresses.js';
import { createRefusalWriter, type RefusalParts } from './createRefusalWriter.js';
import { createRules } from './createRules.js';
import { createServerReporter } from './createServerReporter.js';
import { decide, type RequestFacts } from './decide.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';
import { negotiateLocale } from './negotiate.js';
import { readState, readStates, type States } from './readStates.js';
import { within } from './within.js';

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

/** What a gatekeeper says: `refused` is the whole answer. */
export type Verdict<F extends string> =
  { readonly refused: RefusalParts } | { readonly refused?: never; readonly pass: Pass<F> };

/** Looks at requests of a kind, whatever the server. It answers at once where it can. */
export interface Gatekeeper<F extends string, R> {
  examine(request: R, view: RequestView): Verdict<F> | Promise<Verdict<F>>;
  /** The snapshot for a request, where no verdict is wanted. `undefined` when the flags could not be read. */
  readSnapshot(request: R): Promise<Snapshot | undefined>;
}

export function createGatekeeper<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
): Gatekeeper<F, R> {
  const {
    features,
    readFlags,
    failure,
    deadlineMs = 1000,
    routes,
    reads,
    allow = {},
    now = Date.now,
  } = options;
  refuseBadFailure(failure);
  const all = Object.values<Feature<F>>(features);
  const flagKeys = all.map(({ flag }) => flag);
  const rules = createRules({ features, routes, reads, allowPaths: allow.paths });
  const reporter = createServerReporter(options.onError ?? console.error);
  const writer = createRefusalWriter({ ...options.refusal, onError: reporter.once }, now);
  const bypass = options.bypass && createBypass(options.bypass, now);
  const addresses = allow.addresses && createClientAddresses({ ...allow, addresses: allow.addresses });
  const openPass: Omit<Pass<F>, 'snapshot'> = { bypassed: [], headers: {} };

  function passOn(snapshot: Snapshot | undefined): Verdict<F> {
    return { pass: { snapshot, ...openPass } };
  }

  function failed(cause: unknown): Snapshot | undefined {
    reporter.failing(cause);
    if (failure === 'open') return undefined;
    return {
      now: now(),
      windows: Object.fromEntries(all.map(({ key, flag, mode }) => [key, { id: flag, mode }])),
    };
  }

  function understood(flags: Readonly<Record<string, unknown>>): Snapshot {
    reporter.working();
    return takeSnapshot({ features, flags, now: now(), onError: reporter.once });
  }

  function snapshotOf(request: R): Snapshot | undefined | Promise<Snapshot | undefined> {
    try {
      const flags = readFlags(request, flagKeys);
      return isPromise(flags) ? within(flags, deadlineMs).then(understood).catch(failed) : understood(flags);
    } catch (cause) {
      return failed(cause);
    }
  }

  function judge(view: RequestView, snapshot: Snapshot | undefined): Verdict<F> | Promise<Verdict<F>> {
    if (!snapshot || !Object.keys(snapshot.windows).length) return passOn(snapshot);
    const states = readStates(features, snapshot);
    const closed = all.map(({ key }) => key).filter((key) => !states[key].canWrite);
    if (!closed.length) return passOn(snapshot);
    const staff = addresses?.isAllowed(view) || bypass?.holds(view.header('cookie')) || false;
    if (staff === true) return passStaff(closed, snapshot);
    if (!staff) return refuse(view, states, snapshot);
    return staff.then((holds) => (holds ? passStaff(closed, snapshot) : refuse(view, states, snapshot)));
  }

  function passStaff(closed: readonly F[], snapshot: Snapshot): Verdict<F> {
    const windows = Object.fromEntries(
      Object.entries(snapshot.windows).filter(
        ([feature]) => !(closed as readonly string[]).includes(feature),
      ),
    );
    return {
      pass: {
        snapshot: { ...snapshot, windows },
        bypassed: closed,
        headers: {
          'maintenance-bypass': closed.map(encodeURIComponent).join(', '),
          'cache-control': 'private, no-store',
        },
      },
    };
  }

  function refuse(
    view: RequestView,
    states: States<F>,
    snapshot: Snapshot,
  ): Verdict<F> | Promise<Verdict<F>> {
    const facts = factsOf(view);
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return passOn(snapshot);
    if (decision.answer === 'preflight')
      return { refused: writer.preflight(view, facts.requestedMethod ?? '') };
    const { feature, cause } = decision.state;
    const window = snapshot.windows[cause];
    const available = [window?.title, window?.message].flatMap((text) =>
      typeof text === 'object' ? Object.keys(text) : [],
    );
    const locale = negotiateLocale(view.header('accept-language'), [...available, ...writer.locales]) ?? 'en';
    const state = readState(features, feature, snapshot, locale);
    const refused = writer.refusal(
      view,
      state,
      features[features[cause].scope === 'site' ? cause : feature].label,
      locale,
    );
    return refused instanceof Promise ? refused.then((parts) => ({ refused: parts })) : { refused };
  }

  return {
    examine(request, view) {
      const link = bypass?.followLink(view);
      if (link) return link.then((refused) => (refused ? { refused } : examineFlags(request, view)));
      return examineFlags(request, view);
    },
    readSnapshot: async (request) => snapshotOf(request),
  };

  function examineFlags(request: R, view: RequestView): Verdict<F> | Promise<Verdict<F>> {
    if (rules.isAllowed(view.path)) return passOn(undefined);
    const snapshot = snapshotOf(request);
    return snapshot instanceof Promise ? snapshot.then((read) => judge(view, read)) : judge(view, snapshot);
  }
}

function factsOf({ method, path, header }: RequestView): RequestFacts {
  return {
    method,
    path,
    requestedMethod: header('access-control-request-method') ?? undefined,
    // Some clients offer HTTP/2 with every request.
    upgrade: !/^(h2c?)?$/i.test(header('upgrade') ?? ''),
  };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function refuseBadFailure(failure: unknown): void {
  if (failure === 'open' || failure === 'closed') return;
  throw maintenanceError(
    'invalid-option',
    `failure is ${describe(failure)}. Choose what holds when the flags cannot be read: "open" or "closed".`,
  );
}
