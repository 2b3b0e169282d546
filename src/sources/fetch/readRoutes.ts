import { readPathPattern } from '../../core/pathPattern.js';

/** Which requests of a page belong to which features. */
export interface FetchRoutes<F extends string = string> {
  /** A path of the page's own server, or a whole address for another one: `https://api.example/search/*`. */
  readonly [pattern: string]: F | readonly F[];
}

/** The features that an address belongs to. */
export type RouteReader<F extends string> = (url: URL) => readonly F[];

/** Reads the routes once. `own` is the page's origin; where there is no page, paths count for every server. */
export function readRoutes<F extends string>(
  routes: FetchRoutes<F>,
  own: string | undefined,
): RouteReader<F> {
  const entries = Object.entries(routes).map(([pattern, owner]) => {
    const [, origin = own, path = ''] = /^(https?:\/\/[^/]+)?(.*)$/s.exec(pattern) ?? [];
    return { origin, pattern: readPathPattern(path), owners: [owner].flat() as F[] };
  });
  return (url) =>
    entries.flatMap(({ origin, pattern, owners }) =>
      (origin === undefined || origin === url.origin) && pattern.surelyIs(url.pathname) ? owners : [],
    );
}
