import type { Feature } from '../core/defineFeatures.js';
import { maintenanceError, reasonOf } from '../core/errors.js';
import { assertFlagRecord } from './flagRecord.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createAllowList } from './addresses.js';
import { plainRefusal, type Answer } from './Answer.js';
import { createBypass, type Bypass } from './bypass.js';
import { decide, type RequestFacts } from './decide.js';
import { createErrorReporter, type ErrorReporter } from './errorReporter.js';
import { checkHandlerOptions, type MaintenanceHandlerOptions } from './options.js';
import type { RequestTarget } from './requestPaths.js';
import { createResponder } from './respond.js';
import { createRequestRules, createRules } from './rules.js';
import { createWindowReader, readStates } from './snapshot.js';
import { thenWithin } from './withTimeout.js';

/** A request, whichever server received it. */
export interface ServerRequest<R> {
  /** The server's own request, for the functions of the app. */
  readonly native: R;
  readonly method: string;
  /** What the client requested, and what middleware rewrote it to. */
  readonly target: RequestTarget;
  /** The path as it was sent. */
  readonly path: string;
  /** The query as it was sent, with its question mark. Empty if there is none. */
  readonly search: string;
  header(name: string): string | null;
  /** The `Content-Type` of the body. `null` if there is none, or if the app has already parsed the body. */
  readonly bodyType: string | null;
  /** Reads the body as text. The app can still read it. Rejects if the body is longer, or if the signal is aborted before it has arrived. */
  readBody(maxBytes: number, signal: AbortSignal): Promise<string>;
  /** The address of the other end of the socket. */
  readonly address: string | undefined;
}

/** A request that goes on to the app. */
export interface Pass<F extends string = string> {
  /** For the first render. `undefined` on allowed paths, and if the flags could not be read. */
  readonly snapshot: Snapshot | undefined;
  /** For staff: the features that are closed for everyone else. */
  readonly bypassed: readonly F[];
  /** For staff: headers for the response. They name the bypassed features, and keep the response out of caches. Empty for everyone else. */
  readonly headers: Readonly<Record<string, string>>;
}

type Windows = Snapshot['windows'];
type Flags = Readonly<Record<string, unknown>>;

/** The whole answer, which has a `status`, or a request that goes on to the app. */
export type Outcome<F extends string> = (Answer & { readonly snapshot?: never }) | Pass<F>;

/** Handles the requests of any kind of server. */
export interface RequestHandler<F extends string, R> {
  /** Returns a promise only if it has to wait, so that a request that passes stays cheap. Never throws, and never rejects. */
  handle(request: ServerRequest<R>): Outcome<F> | Promise<Outcome<F>>;
  /** The snapshot for a request. `undefined` if the flags cannot be read. Never rejects. */
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

  /** A request that cannot be decided passes only if `failure` is `open` and nothing is known to be in maintenance. */
  function undecided(cause: unknown, windows: Windows | undefined): Outcome<F> {
    const passes = failure === 'open' && (!windows || isEmpty(windows));
    report(cause, passes ? 'It passed' : 'It was refused');
    return passes ? pass(undefined) : plainRefusal;
  }

  /** Answers while at least one feature has a window. */
  async function decideAndRespond(request: ServerRequest<R>, snapshot: Snapshot): Promise<Outcome<F>> {
    const states = readStates(features, snapshot);
    const closed = keys.filter((key) => !states[key].canWrite);
    // While nothing is closed, cookies and bodies do not matter.
    const facts = closed.length ? await learnFacts(request) : factsOf(request);
    const decision = decide(facts, states, rules);
    if (decision.answer === 'pass') return facts.staff ? passStaff(snapshot, closed) : pass(snapshot);
    if (decision.answer === 'preflight') return responder.preflight(request, facts.requestedMethod ?? '');
    return responder.refuse(request, features, decision.state.feature, snapshot);
  }

  /** The facts that `decide` needs, including those in cookies and the body. */
  async function learnFacts(request: ServerRequest<R>): Promise<RequestFacts<F>> {
    const facts = factsOf(request);
    if (await isStaff(request)) return { ...facts, staff: true };
    return { ...facts, ...(await requestRules.ask(request)) };
  }

  /**
   * Reads the flags of a request's user. Calls `onRead` with the windows, or with `undefined` if the flags cannot be read and `failure` is `open`.
   * Flags that are available at once cost no promise.
   */
  function readWindows<T>(
    native: R,
    onRead: (windows: Windows | undefined) => T | Promise<T>,
  ): T | Promise<T> {
    let flags: Flags | Promise<Flags>;
    try {
      flags = readFlags(native, flagKeys);
    } catch (cause) {
      return onRead(flagsFailed(cause));
    }
    if (!isThenable(flags)) return onRead(windowsIn(flags));
    return thenWithin(
      flags,
      timeoutMs,
      lateFlags,
      (read) => onRead(windowsIn(read)),
      (cause) => onRead(flagsFailed(cause)),
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
    reporter.flagsFail(cause, 'The option "failure" decides until they can be read again.');
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
      report(cause, 'It was not treated as a request of staff');
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

/** Headers with which a client may request another method, if the app allows it (`method-override`, Hono's `methodOverride`). */
const methodHeaders = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const;

function pass(snapshot: Snapshot | undefined): Pass<never> {
  return { snapshot, bypassed: none, headers: noHeaders };
}

/** For staff, all features are open. */
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

/** Whether a value is a promise, or another object with `then`. An object whose `then` cannot be read is not one. */
export function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
