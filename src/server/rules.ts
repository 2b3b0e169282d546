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

/** What a server lets through and what belongs to which feature, as an app writes it. */
export interface RuleOptions<F extends string = string> {
  readonly features: Features<F>;
  /**
   * Which paths belong to which feature: `{ '/api/search/*': 'search' }`. A path may belong to several; the worst state decides.
   * Paths of no feature are refused only when the site is.
   */
  readonly routes?: { readonly [pattern: string]: F | readonly F[] } | undefined;
  /** Paths that are never refused, such as sign-in and assets. */
  readonly allowPaths?: readonly string[] | undefined;
  /** Paths that need no naming: health checks and their kind. Default `defaultAllowedPaths`; `[]` for none. */
  readonly defaultPaths?: readonly string[] | undefined;
  /** Requests that only read although their method does not say so: `['POST /api/search', '/graphql/read']`. */
  readonly reads?: readonly string[] | undefined;
}

/**
 * The same, ready to be asked. A target is read in every way in which a router might: one reading that fits is enough to refuse;
 * what is let through has to fit in every reading.
 */
export interface Rules<F extends string = string> {
  isAllowed(target: RequestTarget): boolean;
  /** Whether a request surely writes nothing. A connection that is upgraded to another protocol does not count as a GET. */
  onlyReads(method: string, target: RequestTarget, upgrade?: boolean): boolean;
  /** The features that a target may belong to, the site among them. */
  featuresOf(target: RequestTarget): readonly F[];
}

/**
 * What is let through unless `allow.defaultPaths` says otherwise: health checks of the usual names, without which a maintenance
 * kills the pods; `robots.txt`, whose 503 can take a whole site out of a search engine; and what browsers ask of the root by
 * themselves. A route to a feature at or below one of these paths, such as `/health/records`, is still refused.
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
 * Reads the rules of an app once.
 *
 * @throws `invalid-option` for a bad pattern, `unknown-feature` for a route to none of the features.
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
    // An app that has a feature there does not mean a health check.
    inDefault: defaultPaths.some((allowed) => isMoreSpecific(text, allowed)),
  }));
  for (const { owners } of paths) for (const owner of owners) refuseUnknown(owner, features);
  const withinDefault = paths.filter(({ inDefault }) => inDefault);

  let lastTarget: RequestTarget | undefined;
  let lastReadings: readonly string[] | undefined;

  function readingsOf(target: RequestTarget): readonly string[] | undefined {
    // Within a request it is asked about one target several times.
    if (target !== lastTarget) {
      lastReadings = readPaths(target);
      lastTarget = target;
    }
    return lastReadings;
  }

  /** Whether some reading fits. A target that may be any path fits everything. */
  function mayReach({ mayReach }: PathPattern, readings: readonly string[] | undefined): boolean {
    return !readings || readings.some(mayReach);
  }

  return {
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

/**
 * Whether a route names something at or below an allowed path: `/health/records`, and `/:tenant/search` for a tenant called health.
 * `/*` and `/:language/:page` do not.
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
 * The features that a request is for, where its path does not tell. It is asked only while something is closed. What it throws,
 * and what takes longer than ten seconds, counts as a request for every feature.
 */
export type ReadFeatures<F extends string, R> = (
  request: R,
  body: RequestBody,
) => F | readonly F[] | undefined | Promise<F | readonly F[] | undefined>;

/** Whether a request only reads, where its method does not tell. What it throws counts as no. */
export type ReadsOnly<R> = (request: R, body: RequestBody) => boolean | Promise<boolean>;

/** Which paths belong to which feature: `{ '/api/search/*': 'search', '/graphql': (request, body) => ... }`. */
export interface RequestRoutes<F extends string, R> {
  readonly [pattern: string]: F | readonly F[] | ReadFeatures<F, R>;
}

/** Requests that only read: `['POST /api/search']`, or `{ 'POST /api/search': true, 'POST /graphql': (request, body) => ... }`. */
export type RequestReads<R> = readonly string[] | { readonly [request: string]: true | ReadsOnly<R> };

/** What the functions found out about a request. */
export interface Told<F extends string> {
  readonly features: readonly F[];
  readonly reads: boolean;
}

/** A request that is to be asked. */
interface AskedRequest<R> {
  readonly native: R;
  readonly method: string;
  readonly target: RequestTarget;
  readonly bodyType: string | null;
  readBody(maxBytes: number, signal: AbortSignal): Promise<string>;
}

/** Rules that only the request itself can answer. */
export interface RequestRules<F extends string, R> {
  /** What paths alone tell, for `createRules`. */
  readonly plain: Pick<RuleOptions<F>, 'routes' | 'reads'>;
  /** `undefined` when there is nothing to ask. Never rejects. */
  ask(asked: AskedRequest<R>): Promise<Told<F>> | undefined;
}

interface RequestRuleOptions<F extends string, R> {
  readonly features: Features<F>;
  readonly routes?: RequestRoutes<F, R> | undefined;
  readonly reads?: RequestReads<R> | undefined;
  readonly maxBodyBytes?: number | undefined;
}

/** Reads the rules of an app that are functions. */
export function createRequestRules<F extends string, R>(
  { features, routes = {}, reads = [], maxBodyBytes = 102_400 }: RequestRuleOptions<F, R>,
  onError: (error: MaintenanceError) => void,
): RequestRules<F, R> {
  if (!(maxBodyBytes > 0)) {
    throw maintenanceError(
      'invalid-option',
      `maxBodyBytes is ${describe(maxBodyBytes)}. Give a number of bytes above 0, or leave it out.`,
    );
  }
  // Object.keys loses the keys' type.
  const all = Object.keys(features) as F[];
  const plainRoutes: Record<string, F | readonly F[]> = {};
  const plainReads: string[] = [];
  const askedRoutes: { mayReach: (path: string) => boolean; read: ReadFeatures<F, R> }[] = [];
  const askedReads: { isOf: (method: string, path: string) => boolean; read: ReadsOnly<R> }[] = [];

  for (const [pattern, owner] of Object.entries<F | readonly F[] | ReadFeatures<F, R>>(routes)) {
    if (typeof owner === 'function') askedRoutes.push({ ...readPathPattern(pattern), read: owner });
    else plainRoutes[pattern] = owner;
  }
  for (const [text, read] of entriesOf(reads)) {
    if (typeof read === 'function') askedReads.push({ isOf: readReadOnlyRequests([text]), read });
    else plainReads.push(text);
  }

  function failed(cause: unknown): void {
    // It is the client's fault, not the app's.
    if (cause instanceof UnreadableBody) return;
    const reason = cause instanceof Error ? cause.message : describe(cause);
    onError(
      maintenanceError(
        'rule-failed',
        `A function in "routes" or "reads" failed: ${reason}. Its request counts as one for every feature, and as one that writes.`,
        { cause },
      ),
    );
  }

  async function featuresOf(read: ReadFeatures<F, R>, request: R, body: RequestBody): Promise<readonly F[]> {
    try {
      const told = [(await inTime(read(request, body))) ?? []].flat() as F[];
      const unknown = told.find((feature) => !Object.hasOwn(features, feature));
      if (unknown === undefined) return told;
      throw new Error(`${describe(unknown)} is no feature; there are ${all.join(', ')}`);
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
    // Functions may give up before the body is there. What comes later is the app's.
    const reading = new AbortController();
    const body = createRequestBody(
      () => asked.readBody(maxBodyBytes, reading.signal),
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
      // A preflight has no body to tell. It is the app's to answer, and the request after it is asked.
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

/** A function that never settles must not hold a request forever. */
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

// `Array.isArray` does not tell a readonly array from another object.
function isList<R>(reads: RequestReads<R>): reads is readonly string[] {
  return Array.isArray(reads);
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
}
