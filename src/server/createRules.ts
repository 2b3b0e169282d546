import { maintenanceError } from '../core/errors.js';
import type { Features } from '../core/defineFeatures.js';
import { readPathList, readPathPattern, type PathPattern } from '../core/pathPattern.js';
import { readReadingRequests } from '../core/readingRequests.js';
import { readPaths, type RequestTarget } from './pathReadings.js';

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
 * themselves. A route to a feature at or below one of these paths, such as `/health/records`, is refused all the same.
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
  const isReading = readReadingRequests(reads);
  const paths = Object.entries<F | readonly F[]>(routes).map(([text, owner]) => ({
    pattern: readPathPattern(text),
    owners: [owner].flat() as F[],
    // An app that has a feature there does not mean a health check.
    inDefault: defaultPaths.some((allowed) => isMoreSpecific(text, allowed)),
  }));
  for (const { owners } of paths) for (const owner of owners) refuseUnknown(owner, features);
  const withinDefault = paths.filter(({ inDefault }) => inDefault);

  let last: { readonly target: RequestTarget | undefined; readonly paths: readonly string[] | undefined } = {
    target: undefined,
    paths: [],
  };

  function readingsOf(target: RequestTarget): readonly string[] | undefined {
    // Within a request it is asked about one target several times.
    if (target !== last.target) last = { target, paths: readPaths(target) };
    return last.paths;
  }

  /** Whether some reading fits. A target that may be any path fits everything. */
  function mayReach({ mayReach }: PathPattern, readings: readonly string[] | undefined): boolean {
    return !readings || readings.some(mayReach);
  }

  return {
    isAllowed(target) {
      const readings = readingsOf(target);
      if (!readings) return false;
      if (readings.every(isOwnAllowed)) return true;
      return (
        readings.every((path) => isOwnAllowed(path) || isDefault(path)) &&
        !withinDefault.some(({ pattern }) => mayReach(pattern, readings))
      );
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
