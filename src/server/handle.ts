import type { Feature } from '../core/defineFeatures.js';
import { maintenanceError, reasonOf } from '../core/errors.js';
import { assertFlagRecord } from './flagRecord.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createAllowList } from './addresses.js';
import { createBypass, type Bypass } from './bypass.js';
import { checkHandlerOptions } from './checkOptions.js';
import { decide, type RequestFacts } from './decide.js';
import { createErrorReporter, type ErrorReporter } from './errorReporter.js';
import type { MaintenanceHandlerOptions } from './options.js';
import type { RequestTarget } from './requestPaths.js';
import { createResponder, type Answer } from './respond.js';
import { createRequestRules, createRules } from './rules.js';
import { createWindowReader, readStates } from './states.js';
import { thenWithin } from './withTimeout.js';

/** A request, whichever server received it. */
export interface ServerRequest<R> {
  /** The server's own request, for the functions of the app. */
  readonly native: R;
  readonly method: string;
  /** What the client asked for, and what it was rewritten to. */
  readonly target: RequestTarget;
  /** The path as it was sent. */
  readonly path: string;
  /** The query as it was sent: empty, or with its question mark. */
  readonly search: string;
  header(name: string): string | null;
  /** The `Content-Type` of the body. `null` when there is none, and when the body was parsed already. */
  readonly bodyType: string | null;
  /** Reads the body as text and leaves it there for the app. Rejects when it is longer, and when the signal is aborted before it has come. */
  readBody(maxBytes: number, signal: AbortSignal): Promise<string>;
  /** The address of the socket's other end. */
  readonly address: string | undefined;
}

/** A request that goes on to the app. */
export interface Pass<F extends string = string> {
  /** For the first render. `undefined` where flags were not read: on allowed paths, and when they could not be. */
  readonly snapshot: Snapshot | undefined;
  /** For staff: the features that are closed to everybody else. */
  readonly bypassed: readonly F[];
  /** For staff: headers for the response. They name what is bypassed, and keep the response out of caches. Empty for everyone else. */
  readonly headers: Readonly<Record<string, string>>;
}

type Windows = Snapshot['windows'];
type Flags = Readonly<Record<string, unknown>>;

/** The whole answer, which has a `status`, or what goes on to the app. */
export type Outcome<F extends string> = (Answer & { readonly snapshot?: never }) | Pass<F>;

/** What every kind of server does with a request. */
export interface RequestHandler<F extends string, R> {
  /** Returns a promise only where it has to wait, so that a request that passes stays cheap. It never throws and never rejects. */
  handle(request: ServerRequest<R>): Outcome<F> | Promise<Outcome<F>>;
  /** The snapshot for a request. `undefined` when the flags cannot be read. Never rejects. */
  readSnapshot(native: R): Promise<Snapshot | undefined>;
  readonly reporter: ErrorReporter;
}

/**
 * Handles requests: reads the flags of the user, decides, and responds.
 *
 * @throws `invalid-option` and `unknown-feature`
 */
export function createRequestHandler<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
): RequestHandler<F, R> {
  checkHandlerOptions(options);
  const { features, readFlags, failure, timeoutMs = 1000, allow = {}, now = Date.now } = options;
  const all = Object.values<Feature<F>>(features);
  const keys = all.map(({ key }) => key);
  const flagKeys = all.map(({ flag }) => flag);
  const reporter = createErrorReporter(options.onError ?? console.error);
  const requestRules = createRequestRules(options, reporter.once);
  const rules = createRules({
    features,
    ...requestRules.plain,
    allowPaths: allow.paths,
    defaultPaths: allow.defaultPaths,
  });
  const windowsOf = createWindowReader(features, reporter.once);
  const responder = createResponder({ ...options.refusal, onError: reporter.once }, now);
  const bypass = options.bypass && createBypass(options.bypass, now);
  const allowList = allow.addresses && createAllowList({ ...allow, addresses: allow.addresses });
  const closedWindows = Object.freeze(
    Object.fromEntries(all.map(({ key, flag, mode }) => [key, Object.freeze({ id: flag, mode })])),
  );

  function handle(request: ServerRequest<R>): Outcome<F> | Promise<Outcome<F>> {
    return bypass?.mayBeLink(request) ? followLink(bypass, request) : readAndAnswer(request);
  }

  async function followLink(bypass: Bypass, request: ServerRequest<R>): Promise<Outcome<F>> {
    try {
      const redirect = await bypass.followLink(request);
      if (redirect) return redirect;
    } catch (cause) {
      report(cause, 'The bypass link was ignored');
    }
    return readAndAnswer(request);
  }

  function readAndAnswer(request: ServerRequest<R>): Outcome<F> | Promise<Outcome<F>> {
    try {
      // Allowed paths need no flags.
      if (rules.isAllowed(request.target)) return pass(undefined);
      return readWindows(request.native, (windows) => answer(request, windows));
    } catch (cause) {
      return undecided(cause, undefined);
    }
  }

  function answer(request: ServerRequest<R>, windows: Windows | undefined): Outcome<F> | Promise<Outcome<F>> {
    try {
      const snapshot = windows && { now: now(), windows };
      // Nothing is in maintenance, so there is nothing to decide.
      if (!snapshot || isEmpty(snapshot.windows)) return pass(snapshot);
      return decideAndRespond(request, snapshot).catch((cause: unknown) => undecided(cause, windows));
    } catch (cause) {
      return undecided(cause, windows);
    }
  }

  /** What cannot be decided passes only where nothing is in maintenance. */
  function undecided(cause: unknown, windows: Windows | undefined): Outcome<F> {
    const passes = failure === 'open' && (!windows || isEmpty(windows));
    report(cause, passes ? 'It passed' : 'It was refused');
    return passes ? pass(undefined) : plainRefusal;
  }

  /** While some feature has a window. */
  async function decideAndRespond(request: ServerRequest<R>, snapshot: Snapshot): Promise<Outcome<F>> {
    const states = readStates(features, snapshot);
    const closed = keys.filter((key) => !states[key].canWrite);
    // While nothing is closed, cookies and bodies tell nothing that counts.
    const facts = closed.length ? await learnFacts(request) : factsOf(request);
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return facts.staff ? passStaff(snapshot, closed) : pass(snapshot);
    if (decision.answer === 'preflight') return responder.preflight(request, facts.requestedMethod ?? '');
    return responder.refuse(request, features, decision.state.feature, snapshot);
  }

  /** What `decide` has to know of a request, its cookies and body included. */
  async function learnFacts(request: ServerRequest<R>): Promise<RequestFacts<F>> {
    const facts = factsOf(request);
    if (await isStaff(request)) return { ...facts, staff: true };
    return { ...facts, ...(await requestRules.ask(request)) };
  }

  /**
   * Reads the flags of a request's user. Calls `use` with the windows, or with `undefined` if the flags cannot be read and `failure` is `open`.
   * Flags that are available at once cost no promise.
   */
  function readWindows<T>(native: R, use: (windows: Windows | undefined) => T | Promise<T>): T | Promise<T> {
    let flags: Flags | Promise<Flags>;
    try {
      flags = readFlags(native, flagKeys);
    } catch (cause) {
      return use(flagsFailed(cause));
    }
    if (!isThenable(flags)) return use(windowsIn(flags));
    return thenWithin(
      flags,
      timeoutMs,
      lateFlags,
      (read) => use(windowsIn(read)),
      (cause) => use(flagsFailed(cause)),
    );
  }

  function windowsIn(flags: Flags): Windows | undefined {
    try {
      assertFlagRecord(flags, flagKeys);
      const windows = windowsOf(flags);
      reporter.flagsWork();
      return windows;
    } catch (cause) {
      return flagsFailed(cause);
    }
  }

  function flagsFailed(cause: unknown): Windows | undefined {
    reporter.flagsFail(cause, 'Until they can be, the choice made in "failure" holds.');
    return failure === 'open' ? undefined : closedWindows;
  }

  function lateFlags(): Error {
    return new Error(`there was no answer within ${timeoutMs} ms`);
  }

  async function isStaff(request: ServerRequest<R>): Promise<boolean> {
    if (allowList?.includes(request)) return true;
    try {
      return (await bypass?.holds(request.header('cookie'))) ?? false;
    } catch (cause) {
      report(cause, 'It does not count as a request of staff');
      return false;
    }
  }

  function report(cause: unknown, whatWasDone: string): void {
    const message = `A request could not be examined: ${reasonOf(cause)}. ${whatWasDone}.`;
    reporter.once(maintenanceError('request-failed', message, { cause }));
  }
  return {
    handle,
    reporter,
    async readSnapshot(native) {
      try {
        return await readWindows(native, (windows) => windows && { now: now(), windows });
      } catch (cause) {
        report(cause, 'It has no snapshot');
        return undefined;
      }
    },
  };
}

/** The refusal that needs nothing, for when no other one can be written. */
export const plainRefusal: Answer = {
  status: 503,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '120',
    'x-content-type-options': 'nosniff',
  },
  body: 'Unavailable for now',
};

function factsOf(request: ServerRequest<unknown>): RequestFacts<never> {
  const { method, target, search } = request;
  const upgrade = request.header('upgrade');
  const overrides = [
    ...methodHeaders.map(request.header, request),
    ...new URLSearchParams(search).getAll('_method'),
  ];
  return {
    method,
    path: target,
    requestedMethod:
      method === 'OPTIONS' ? (request.header('access-control-request-method') ?? undefined) : undefined,
    // Some clients offer HTTP/2 with every request.
    upgrade: upgrade !== null && !/^(h2c?)?$/i.test(upgrade),
    overrides: overrides.flatMap((name) => name?.toUpperCase() ?? []),
  };
}

/** Headers by which a client may ask for another method, where an app allows it (`method-override`, Hono's `methodOverride`). */
const methodHeaders = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const;

function pass(snapshot: Snapshot | undefined): Pass<never> {
  return { snapshot, bypassed: none, headers: noHeaders };
}

/** Staff see the features as if they were open. */
function passStaff<F extends string>(snapshot: Snapshot, bypassed: readonly F[]): Pass<F> {
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

const none: readonly never[] = [];
const noHeaders = {};

function isEmpty(windows: Windows): boolean {
  for (const _ in windows) return false;
  return true;
}

/** Whether something has to be waited for. */
export function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
