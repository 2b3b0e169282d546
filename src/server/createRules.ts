import { maintenanceError } from '../core/errors.js';
import type { Features } from '../core/defineFeatures.js';
import { readPathList, readPathPattern } from '../core/pathPattern.js';
import { readReadingRequests } from '../core/readingRequests.js';

/** What a server lets through and what belongs to which feature, as an app writes it. */
export interface RuleOptions<F extends string = string> {
  readonly features: Features<F>;
  /**
   * Which paths belong to which feature: `{ '/api/search/*': 'search' }`. A path may belong to several; the worst state decides.
   * Paths of no feature are refused only when the site is.
   */
  readonly routes?: { readonly [pattern: string]: F | readonly F[] } | undefined;
  /** Paths that are never refused, such as sign-in and assets. They add to `defaultAllowedPaths`. */
  readonly allowPaths?: readonly string[] | undefined;
  /** Requests that only read although their method does not say so: `['POST /api/search', '/graphql/read']`. */
  readonly reads?: readonly string[] | undefined;
}

/** The same, ready to be asked. */
export interface Rules<F extends string = string> {
  isAllowed(path: string): boolean;
  /** Whether a request surely writes nothing. A connection that is upgraded to another protocol does not count as a GET. */
  onlyReads(method: string, path: string, upgrade?: boolean): boolean;
  /** The features that a path belongs to, the site among them. */
  featuresOf(path: string): readonly F[];
}

/**
 * What is let through everywhere: answers to health checks, without which a maintenance kills the pods; `robots.txt`, whose
 * 503 can take a whole site out of a search engine; and what browsers ask of the root by themselves.
 */
export const defaultAllowedPaths: readonly string[] = [
  '/health',
  '/healthz',
  '/livez',
  '/readyz',
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
  reads = [],
}: RuleOptions<F>): Rules<F> {
  // Object.keys loses the keys' type.
  const sites = (Object.keys(features) as F[]).filter((key) => features[key].scope === 'site');
  const isAllowed = readPathList([...defaultAllowedPaths, ...allowPaths]);
  const isReading = readReadingRequests(reads);
  const paths = Object.entries<F | readonly F[]>(routes).map(([pattern, owner]) => ({
    pattern: readPathPattern(pattern),
    owners: [owner].flat() as F[],
  }));
  for (const { owners } of paths) for (const owner of owners) refuseUnknown(owner, features);

  let last: { readonly path: string | undefined; readonly features: readonly F[] } = {
    path: undefined,
    features: [],
  };

  return {
    isAllowed,
    onlyReads: isReading,
    featuresOf(path) {
      // Within a request it is asked about one path twice.
      if (path !== last.path) {
        const owners = paths.flatMap(({ pattern, owners }) => (pattern.mayReach(path) ? owners : []));
        last = { path, features: [...owners, ...sites] };
      }
      return last.features;
    },
  };
}

function refuseUnknown<F extends string>(owner: F, features: Features<F>): void {
  if (Object.hasOwn(features, owner)) return;
  throw maintenanceError(
    'unknown-feature',
    `A route names the feature "${owner}", which is not defined. Defined are: ${Object.keys(features).join(', ')}.`,
  );
}
