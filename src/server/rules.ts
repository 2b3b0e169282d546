import { describe, maintenanceError, type MaintenanceError } from '../core/errors.js';
import type { Features } from '../core/defineFeatures.js';
import {
  readPathList,
  readPathPattern,
  type PathPattern,
  readReadOnlyRequests,
} from '../core/pathPattern.js';
import { createRequestBody, UnreadableBody, type RequestBody } from './requestBody.js';
import { readPaths, type RequestTarget } from './requestPaths.js';
import { withTimeout } from './withTimeout.js';

/** Which paths belong to which feature, and which always pass. */
export interface RuleOptions<F extends string = string> {
  readonly features: Features<F>;
  /**
   * Which paths belong to which feature: `{ '/api/search/*': 'search' }`. If a path belongs to several, the worst state decides. Other paths are
   * refused only with the site.
   */
  readonly routes?: { readonly [pattern: string]: F | readonly F[] } | undefined;
  /** Paths that are never refused, such as sign-in and assets. */
  readonly allowPaths?: readonly string[] | undefined;
  /** Health checks, `robots.txt` and similar paths, which are never refused either. Default `defaultAllowedPaths`. Use `[]` for none. */
  readonly defaultPaths?: readonly string[] | undefined;
  /** Requests that only read, although their method may write: `['POST /api/search', '/graphql/read']`. */
  readonly reads?: readonly string[] | undefined;
}

/**
 * The parsed rules. A target is read in every way in which a router might read it. A request is refused if one reading matches. It passes only if
 * every reading passes.
 */
export interface Rules<F extends string = string> {
  isAllowed(target: RequestTarget): boolean;
  /** False for an address, as it was sent, that is certainly not allowed. It costs much less than `isAllowed`. */
  mayBeAllowed(sent: string): boolean;
  /** Whether a request certainly writes nothing. A connection that is upgraded to another protocol may write. */
  onlyReads(method: string, target: RequestTarget, upgrade?: boolean): boolean;
  /** The features that a target may belong to, including the site. */
  featuresOf(target: RequestTarget): readonly F[];
}

/**
 * The paths that pass unless `allow.defaultPaths` replaces them. They are health checks with common names, because a failed check would stop the
 * server; `robots.txt`, because a 503 can remove a site from a search engine; and files that browsers request on their own. A route to a feature at
 * or below one of these paths, such as `/health/records`, is still refused.
 */
export const defaultAllowedPaths: readonly string[] = [
  '/health/*',
  '/healthz/*',
  '/healthcheck/*',
  '/health-check/*',
  '/_health/*',
  '/live',
  '/livez/*',
  '/ready',
  '/readyz/*',
  '/startupz/*',
  '/alive',
  '/up',
  '/ping',
  '/api/health/*',
  '/api/healthz/*',
  '/actuator/health/*',
  '/-/health',
  '/-/healthy',
  '/-/liveness',
  '/-/readiness',
  '/-/ready',
  '/grpc.health.v1.Health/*',
  '/robots.txt',
  '/favicon.ico',
  '/.well-known/*',
];

/**
 * Parses the rules of an app.
 *
 * @throws `invalid-option` for an invalid pattern or one in the syntax of another router, `unknown-feature` for a route to an unknown feature.
 * @example
 * const rules = createRules({ features, routes: { '/api/search/*': 'search' }, allowPaths: ['/sign-in', '/assets/*'] });
 */
export function createRules<F extends string>({
  features,
  routes = {},
  allowPaths = [],
  defaultPaths = defaultAllowedPaths,
  reads = [],
}: RuleOptions<F>): Rules<F> {
  // Object.keys loses the keys' type.
  const sites = (Object.keys(features) as F[]).filter((key) => features[key].scope === 'site');
  const isOwnAllowed = readPathList(allowPaths);
  const isDefault = readPathList(defaultPaths);
  const isReading = readReadOnlyRequests(reads);
  const paths = Object.entries<F | readonly F[]>(routes).map(([text, owner]) => ({
    pattern: readPathPattern(text),
    owners: [owner].flat() as F[],
    // If an app has a feature at this path, it is not a health check.
    inDefault: defaultPaths.some((allowed) => isMoreSpecific(text, allowed)),
  }));
  [...Object.keys(routes), ...allowPaths, ...defaultPaths, ...reads].forEach(refuseForeign);
  for (const { owners } of paths) for (const owner of owners) refuseUnknown(owner, features);
  const withinDefault = paths.filter(({ inDefault }) => inDefault);

  let lastTarget: RequestTarget | undefined;
  let lastReadings: readonly string[] | undefined;

  function readingsOf(target: RequestTarget): readonly string[] | undefined {
    // One request asks about the same target several times.
    if (target !== lastTarget) {
      lastReadings = readPaths(target);
      lastTarget = target;
    }
    return lastReadings;
  }

  /** Whether at least one reading matches. A target that may be any path matches every pattern. */
  function mayReach({ mayReach }: PathPattern, readings: readonly string[] | undefined): boolean {
    return !readings || readings.some(mayReach);
  }

  return {
    mayBeAllowed: createStartTest([...allowPaths, ...defaultPaths]),
    isAllowed(target) {
      const readings = readingsOf(target);
      if (!readings) return false;
      let byDefault = false;
      for (const path of readings) {
        if (isOwnAllowed(path)) continue;
        if (!isDefault(path)) return false;
        byDefault = true;
      }
      return !byDefault || !withinDefault.some(({ pattern }) => mayReach(pattern, readings));
    },
    onlyReads(method, target, upgrade) {
      const readings = readingsOf(target) ?? [''];
      return readings.every((path) => isReading(method, path, upgrade));
    },
    featuresOf(target) {
      const readings = readingsOf(target);
      const owners = paths.flatMap(({ pattern, owners }) => (mayReach(pattern, readings) ? owners : []));
      return [...owners, ...sites];
    },
  };
}

/** Parts of patterns that have a meaning in other routers. Here they would match nothing, so the server would refuse nothing. */
const foreign = /\/(\*\*|\[[^/]*\])(?=\/|$)|(:\w+[*+]|[{?#\\]|<[^/>]*>|\((?=[.[?\\]|[^/)]*\|))/;

function refuseForeign(pattern: string): void {
  const [, segment, part = segment] = foreign.exec(pattern) ?? [];
  if (part === undefined) return;
  throw maintenanceError(
    'invalid-option',
    `The path pattern "${pattern}" contains "${part}", which has no meaning here. ` +
      'Write "/search/*" for a path and all paths below, and "*" or ":name" for one segment.',
  );
}

/**
 * Creates a quick test whether an address begins as one of the patterns does: with `/assets` for `/assets/*`. It costs less than one regular expression,
 * and nearly all requests need no more.
 */
function createStartTest(patterns: readonly string[]): (sent: string) => boolean {
  const startsByLetter = new Map<string | undefined, string[]>();
  for (const pattern of patterns) {
    const start = pattern.replace(/\/?[*:].*$/s, '');
    const others = startsByLetter.get(start[1]) ?? [];
    startsByLetter.set(start[1], [...others, start]);
  }
  // Such as `/:locale/sign-in`.
  if (startsByLetter.has(undefined)) return () => true;
  return (sent) => startsByLetter.get(sent[1])?.some((start) => sent.startsWith(start)) ?? false;
}

/**
 * Whether a route is at or below an allowed path: `/health/records` is, and `/:tenant/search`, for a tenant with the name health. `/*` and
 * `/:language/:page` are not.
 */
function isMoreSpecific(route: string, allowed: string): boolean {
  const segments = route.toLowerCase().split('/').slice(1);
  const start = allowed.toLowerCase().replace(/\/\*$/, '').split('/').slice(1);
  const isLiteral = (segment: string) => !/^:|\*/.test(segment);
  if (!start.every((segment, index) => segments[index] === segment || !isLiteral(segments[index] ?? '')))
    return false;
  return (
    segments.slice(start.length).some(isLiteral) ||
    start.every((segment, index) => segments[index] === segment)
  );
}

function refuseUnknown<F extends string>(owner: F, features: Features<F>): void {
  if (Object.hasOwn(features, owner)) return;
  throw maintenanceError(
    'unknown-feature',
    `A route names the feature "${owner}", which is not defined. Defined are: ${Object.keys(features).join(', ')}.`,
  );
}

/**
 * Returns the features that a request belongs to, if its path does not tell. It is called only while a feature is closed. If it throws or takes longer
 * than ten seconds, the request belongs to every feature.
 */
export type ReadFeatures<F extends string, R> = (
  request: R,
  body: RequestBody,
) => F | readonly F[] | undefined | Promise<F | readonly F[] | undefined>;

/** Returns whether a request only reads, if its method does not tell. If it throws, the request may write. */
export type ReadsOnly<R> = (request: R, body: RequestBody) => boolean | Promise<boolean>;

/** Which paths belong to which feature: `{ '/api/search/*': 'search', '/graphql': (request, body) => ... }`. */
export interface RequestRoutes<F extends string, R> {
  readonly [pattern: string]: F | readonly F[] | ReadFeatures<F, R>;
}

/** Requests that only read: `['POST /api/search']`, or `{ 'POST /api/search': true, 'POST /graphql': (request, body) => ... }`. */
export type RequestReads<R> = readonly string[] | { readonly [request: string]: true | ReadsOnly<R> };

/** What the app's functions returned for a request. */
interface Told<F extends string> {
  readonly features: readonly F[];
  readonly reads: boolean;
}

/** The part of a request that the app's functions need. */
interface AskedRequest<R> {
  readonly native: R;
  readonly method: string;
  readonly target: RequestTarget;
  readonly bodyType: string | null;
  readText(maxBytes: number, signal: AbortSignal): Promise<string>;
}

/** Rules that are functions of the app. */
export interface RequestRules<F extends string, R> {
  /** The rules that need only the path, for `createRules`. */
  readonly plain: Pick<RuleOptions<F>, 'routes' | 'reads'>;
  /** Calls the functions for a request. `undefined` if there are none. Never rejects. */
  ask(asked: AskedRequest<R>): Promise<Told<F>> | undefined;
}

interface RequestRuleOptions<F extends string, R> {
  readonly features: Features<F>;
  readonly routes?: RequestRoutes<F, R> | undefined;
  readonly reads?: RequestReads<R> | undefined;
  readonly maxBodyBytes?: number | undefined;
}

/** Parses the rules of an app that are functions. */
export function createRequestRules<F extends string, R>(
  { features, routes = {}, reads = [], maxBodyBytes = 102_400 }: RequestRuleOptions<F, R>,
  onError: (error: MaintenanceError) => void,
): RequestRules<F, R> {
  if (!(maxBodyBytes > 0)) {
    throw maintenanceError(
      'invalid-option',
      `maxBodyBytes is ${describe(maxBodyBytes)}. Use a number of bytes above 0, or leave it out.`,
    );
  }
  // Object.keys loses the keys' type.
  const all = Object.keys(features) as F[];
  const plainRoutes: Record<string, F | readonly F[]> = {};
  const plainReads: string[] = [];
  const askedRoutes: { mayReach: (path: string) => boolean; read: ReadFeatures<F, R> }[] = [];
  const askedReads: { isOf: (method: string, path: string) => boolean; read: ReadsOnly<R> }[] = [];

  for (const [pattern, owner] of Object.entries<F | readonly F[] | ReadFeatures<F, R>>(routes)) {
    refuseForeign(pattern);
    if (typeof owner === 'function') askedRoutes.push({ ...readPathPattern(pattern), read: owner });
    else plainRoutes[pattern] = owner;
  }
  for (const [text, read] of entriesOf(reads)) {
    refuseForeign(text);
    if (typeof read === 'function') askedReads.push({ isOf: readReadOnlyRequests([text]), read });
    else plainReads.push(text);
  }

  function failed(cause: unknown): void {
    // This is an error of the client, not of the app.
    if (cause instanceof UnreadableBody) return;
    const reason = cause instanceof Error ? cause.message : describe(cause);
    onError(
      maintenanceError(
        'rule-failed',
        `A function in "routes" or "reads" failed: ${reason}. The request was treated as one that writes to every feature.`,
        { cause },
      ),
    );
  }

  async function featuresOf(read: ReadFeatures<F, R>, request: R, body: RequestBody): Promise<readonly F[]> {
    try {
      const told = [(await inTime(read(request, body))) ?? []].flat() as F[];
      const unknown = told.find((feature) => !Object.hasOwn(features, feature));
      if (unknown === undefined) return told;
      throw new Error(`${describe(unknown)} is not a feature. Defined are: ${all.join(', ')}`);
    } catch (cause) {
      failed(cause);
      return all;
    }
  }

  async function isReading(read: ReadsOnly<R>, request: R, body: RequestBody): Promise<boolean> {
    try {
      return (await inTime(read(request, body))) === true;
    } catch (cause) {
      failed(cause);
      return false;
    }
  }

  async function askAll(
    asked: AskedRequest<R>,
    ofRoutes: readonly ReadFeatures<F, R>[],
    ofReads: readonly ReadsOnly<R>[],
  ): Promise<Told<F>> {
    const { native } = asked;
    // Functions may end before the body has arrived. The rest of the body belongs to the app.
    const reading = new AbortController();
    const body = createRequestBody(
      () => asked.readText(maxBodyBytes, reading.signal),
      () => asked.bodyType,
    );
    const told = await Promise.all(ofRoutes.map((read) => featuresOf(read, native, body)));
    const reads = await Promise.all(ofReads.map((read) => isReading(read, native, body)));
    reading.abort();
    return { features: told.flat(), reads: reads.includes(true) };
  }

  return {
    plain: { routes: plainRoutes, reads: plainReads },
    ask(asked) {
      if (!askedRoutes.length && !askedReads.length) return undefined;
      // A preflight has no body. The app answers it, and the functions are called for the request that follows.
      if (asked.method === 'OPTIONS') return undefined;
      const paths = readPaths(asked.target);
      const ofRoutes = askedRoutes.filter(({ mayReach }) => !paths || paths.some(mayReach));
      const ofReads = askedReads.filter(
        ({ isOf }) => !isSafe(asked.method) && paths?.every((path) => isOf(asked.method, path)),
      );
      if (!ofRoutes.length && !ofReads.length) return undefined;
      return askAll(
        asked,
        ofRoutes.map(({ read }) => read),
        ofReads.map(({ read }) => read),
      );
    },
  };
}

const ruleTimeoutMs = 10_000;

/** Limits the time of a function, so that a promise that never settles does not hold a request forever. */
function inTime<T>(answer: T | Promise<T>): T | Promise<T> {
  if (!(answer instanceof Promise)) return answer;
  return withTimeout(
    answer,
    ruleTimeoutMs,
    () => new Error(`there was no answer within ${ruleTimeoutMs} ms`),
  );
}

function entriesOf<R>(reads: RequestReads<R>): [string, true | ReadsOnly<R>][] {
  return isList(reads) ? reads.map((text) => [text, true]) : Object.entries(reads);
}

// `Array.isArray` does not narrow a readonly array.
function isList<R>(reads: RequestReads<R>): reads is readonly string[] {
  return Array.isArray(reads);
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
}
