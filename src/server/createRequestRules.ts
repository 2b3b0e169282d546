import { describe, maintenanceError, type MaintenanceError } from '../core/errors.js';
import type { Features } from '../core/defineFeatures.js';
import { readPathPattern } from '../core/pathPattern.js';
import { readReadingRequests } from '../core/readingRequests.js';
import type { RuleOptions } from './createRules.js';
import { readPaths, type RequestTarget } from './pathReadings.js';
import { createRequestBody, UnreadableBody, type RequestBody } from './RequestBody.js';

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

/** What a request told of itself. */
export interface Told<F extends string> {
  readonly features: readonly F[];
  readonly reads: boolean;
}

/** A request that is to be asked. */
export interface AskedRequest<R> {
  readonly request: R;
  readonly method: string;
  readonly target: RequestTarget;
  readonly bodyType: string | null;
  readBody(maxBytes: number): Promise<string>;
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
    if (typeof read === 'function') askedReads.push({ isOf: readReadingRequests([text]), read });
    else plainReads.push(text);
  }

  function failed(cause: unknown): void {
    // What a client sends is no mistake of the app.
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
    const { request } = asked;
    const body = createRequestBody(
      () => asked.readBody(maxBodyBytes),
      () => asked.bodyType,
    );
    const told = await Promise.all(ofRoutes.map((read) => featuresOf(read, request, body)));
    const reading = await Promise.all(ofReads.map((read) => isReading(read, request, body)));
    return { features: told.flat(), reads: reading.includes(true) };
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

const longestWaitMs = 10_000;

/** A function that never settles must not hold a request for ever. */
function inTime<T>(answer: T | Promise<T>): T | Promise<T> {
  if (!(answer instanceof Promise)) return answer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`there was no answer within ${longestWaitMs} ms`)),
      longestWaitMs,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
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
