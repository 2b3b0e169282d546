import { maintenanceError, reasonOf } from '../core/errors.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { decide, type RequestFacts } from './decide.js';
import { createErrorReporter, type ErrorReporter } from './errorReporter.js';
import { checkHandlerOptions, type MaintenanceHandlerOptions } from './options.js';
import type { RequestTarget } from './requestPaths.js';
import { createResponder, plainRefusal, type Answer } from './respond.js';
import { createWindowReader, type Windows } from './readWindows.js';
import { createRequestRules, createRules } from './rules.js';
import { readStates } from './snapshot.js';
import { createStaff } from './staff.js';

/** A request, whichever server received it. */
export interface ServerRequest<R> {
  /** The server's own request, for the functions of the app. */
  readonly native: R;
  readonly method: string;
  /** What the client requested, and what middleware rewrote it to. */
  readonly target: RequestTarget;
  /** The address as it was sent: path and query. */
  readonly sent: string;
  /** The query as it was sent, with its question mark. Empty if there is none. */
  readonly search: string;
  header(name: string): string | null;
  /** The `Content-Type` of the body. `null` if there is none, or if the app has already parsed the body. */
  readonly bodyType: string | null;
  /** Reads the body as text. The app can still read it. Rejects if the body is longer, or if the signal is aborted before it has arrived. */
  readText(maxBytes: number, signal: AbortSignal): Promise<string>;
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

/** The whole answer, which has a `status`, or a request that goes on to the app. */
export type RequestOutcome<F extends string> = (Answer & { readonly snapshot?: never }) | Pass<F>;

/** Handles the requests of any kind of server. */
export interface RequestHandler<F extends string, R> {
  /**
   * Calls `done` once, at once if the flags are available at once. Never throws, unless `done` throws. Later, `done` must not throw. It is a callback,
   * because promises would cost a request that passes more than everything else here.
   */
  handle(request: ServerRequest<R>, done: (outcome: RequestOutcome<F>) => void): void;
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
  const { features, failure, allow = {}, now = Date.now } = options;
  // Object.keys loses the keys' type.
  const keys = Object.keys(features) as F[];
  const reporter = createErrorReporter(options.onError ?? console.error);
  const requestRules = createRequestRules(options, reporter.once);
  const rules = createRules({
    features,
    ...requestRules.plain,
    allowPaths: allow.paths,
    defaultPaths: allow.defaultPaths,
  });
  const readWindows = createWindowReader(options, reporter);
  const responder = createResponder({ ...options.refusal, onError: reporter.once }, now);
  const staff = createStaff(options, now);

  function handle(request: ServerRequest<R>, done: (outcome: RequestOutcome<F>) => void): void {
    if (staff.mayBeLink(request)) {
      void followLink(request).then((redirect) => (redirect ? done(redirect) : readAndAnswer(request, done)));
      return;
    }
    readAndAnswer(request, done);
  }

  async function followLink(request: ServerRequest<R>): Promise<Answer | undefined> {
    try {
      return await staff.followLink(request);
    } catch (cause) {
      report(cause, 'The bypass link was ignored');
      return undefined;
    }
  }

  function readAndAnswer(request: ServerRequest<R>, done: (outcome: RequestOutcome<F>) => void): void {
    // Allowed paths need no flags. Most paths do not even begin as an allowed one does.
    if (rules.mayBeAllowed(request.sent) && rules.isAllowed(request.target)) {
      done(pass(undefined));
      return;
    }
    readWindows(request.native, (windows) => {
      if (!windows || isEmpty(windows)) done(passAll(windows));
      else void decideAndRespond(request, windows).then(done);
    });
  }

  /** Nothing is in maintenance, or it is not known, so there is nothing to decide. */
  function passAll(windows: Windows | undefined): RequestOutcome<F> {
    try {
      return pass(windows && { now: now(), windows });
    } catch (cause) {
      return undecided(cause, windows);
    }
  }

  /** Answers while at least one feature has a window. */
  async function decideAndRespond(request: ServerRequest<R>, windows: Windows): Promise<RequestOutcome<F>> {
    try {
      const snapshot = { now: now(), windows };
      const states = readStates(features, snapshot);
      const closed = keys.filter((key) => !states[key].canWrite);
      // While nothing is closed, cookies and bodies do not matter.
      const facts = closed.length ? await learnFacts(request) : factsOf(request);
      const decision = decide(facts, states, rules);
      if (decision.answer === 'pass') return facts.staff ? passStaff(snapshot, closed) : pass(snapshot);
      if (decision.answer === 'preflight') return responder.preflight(request, facts.requestedMethod ?? '');
      return await responder.refuse(request, features, decision.state.feature, snapshot);
    } catch (cause) {
      return undecided(cause, windows);
    }
  }

  /** A request that cannot be decided passes only if `failure` is `open` and nothing is known to be in maintenance. */
  function undecided(cause: unknown, windows: Windows | undefined): RequestOutcome<F> {
    const passes = failure === 'open' && (!windows || isEmpty(windows));
    report(cause, passes ? 'It passed' : 'It was refused');
    return passes ? pass(undefined) : plainRefusal;
  }

  /** The facts that `decide` needs, including those in cookies and the body. */
  async function learnFacts(request: ServerRequest<R>): Promise<RequestFacts<F>> {
    const facts = factsOf(request);
    if (await isStaff(request)) return { ...facts, staff: true };
    return { ...facts, ...(await requestRules.ask(request)) };
  }

  async function isStaff(request: ServerRequest<R>): Promise<boolean> {
    try {
      return await staff.includes(request);
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
        const windows = await new Promise<Windows | undefined>((onRead) => readWindows(native, onRead));
        return windows && { now: now(), windows };
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
