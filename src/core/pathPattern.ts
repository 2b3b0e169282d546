import { maintenanceError } from './errors.js';

/** A pattern of paths, read once. */
export interface PathPattern {
  /** Whether a router could take this path to what the pattern names: in any case, with or without a slash at its end. For what is refused. */
  mayReach(path: string): boolean;
  /** Whether this path is beyond doubt one of the pattern's: strict, for what is let through. */
  surelyIs(path: string): boolean;
}

/**
 * Reads a path pattern. `/search` is that path, `/search/*` is that path and all below it, a `*` or `:name` elsewhere is one
 * segment or a part of one. Only paths are compared: no query, no host.
 *
 * @throws `invalid-option` when it does not begin with a slash.
 * @example
 * readPathPattern('/api/search/*').mayReach('/API/search/words'); // true
 */
export function readPathPattern(pattern: string): PathPattern {
  refuseRelative(pattern);
  const strict = matcherOf(pattern, '/');
  // For Connect a dot ends a mounted path as a slash does.
  const lenient = [pattern, decodeWhole(pattern)].map((text) =>
    matcherOf(withoutEndSlash(text.toLowerCase()), '/.'),
  );
  return {
    mayReach(path) {
      const lower = withoutEndSlash(path.toLowerCase());
      return lenient.some((fits) => fits(lower));
    },
    surelyIs: (path) => (strict(path) || strict(withoutEndSlash(path))) && !ambiguous.test(path),
  };
}

/**
 * Reads several patterns as one: whether a path is beyond doubt one of theirs. Every request of a server asks it, so they become one
 * regular expression.
 *
 * @throws `invalid-option` when one does not begin with a slash.
 */
export function readPathList(patterns: readonly string[]): PathPattern['surelyIs'] {
  if (!patterns.length) return () => false;
  patterns.forEach(refuseRelative);
  const any = new RegExp(`^(?:${patterns.map((pattern) => sourceOf(pattern, '/')).join('|')})$`, 's');
  return (path) =>
    (any.test(path) || (path.endsWith('/') && any.test(withoutEndSlash(path)))) && !ambiguous.test(path);
}

/** Whether a request surely writes nothing. A connection that is upgraded to another protocol does not count as a GET. */
export type IsReadOnlyRequest = (method: string, path: string, upgrade?: boolean) => boolean;

/**
 * Reads the requests that only read although their method does not say so: `['POST /api/search', '/graphql/read']`. Those with
 * a safe method (RFC 9110, 9.2.1) read without being named.
 *
 * @throws `invalid-option` for a bad pattern.
 */
export function readReadOnlyRequests(reads: readonly string[]): IsReadOnlyRequest {
  const named = reads.map((text) => {
    const [, method, path = ''] = /^(?:([A-Za-z]+) )?(.*)$/s.exec(text) ?? [];
    return { method: method?.toUpperCase(), pattern: readPathPattern(path) };
  });
  return (method, path, upgrade = false) =>
    (safeMethods.has(method) && !upgrade) ||
    named.some((entry) => (entry.method ?? method) === method && entry.pattern.surelyIs(path));
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

// What some servers read as a path separator or a step upwards, and others do not.
const ambiguous = /%2f|%5c|%2e|%00|\\|;|\/\/|\/\.\.?(\/|$)/i;

/** `borders` are the characters that may follow a path with others below it. */
function matcherOf(pattern: string, borders: string): (path: string) => boolean {
  const whole = new RegExp(`^${sourceOf(pattern, borders)}$`, 's');
  return (path) => whole.test(path);
}

/** A pattern as the source of a regular expression. */
function sourceOf(pattern: string, borders: string): string {
  const [, start = '', below] = /^(.*?)(\/\*)?$/s.exec(pattern) ?? [];
  const segments = start
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : sourceOfSegment(segment)));
  return `${segments.join('/')}${below ? `(?:[${borders}].*)?` : ''}`;
}

/**
 * A segment with stars as a regular expression that takes time in proportion to the length of the path, whatever the path is: each star
 * ends at the first place where what follows it stands. Only the last one may have to go back.
 */
function sourceOfSegment(segment: string): string {
  const [start = '', ...rest] = segment
    .split(/\*+/)
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return rest.reduce(
    (source, text, index) =>
      index === rest.length - 1 ? `${source}[^/]*${text}` : `${source}(?:(?!${text})[^/])*${text}`,
    start,
  );
}

function refuseRelative(pattern: string): void {
  if (pattern.startsWith('/')) return;
  throw maintenanceError(
    'invalid-option',
    `The path pattern "${pattern}" does not begin with a slash. Write "/${pattern}".`,
  );
}

function withoutEndSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function decodeWhole(pattern: string): string {
  try {
    return decodeURIComponent(pattern);
  } catch {
    return pattern;
  }
}
