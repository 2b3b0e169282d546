import { maintenanceError } from './errors.js';

/** A pattern of paths, read once. */
export interface PathPattern {
  /** Whether any router could match this path: in upper or lower case, with or without a slash at the end. Use it to refuse requests. */
  mayReach(path: string): boolean;
  /** Whether every router matches this path. Use it to let requests pass. */
  surelyIs(path: string): boolean;
}

/**
 * Parses a path pattern. `/search` matches that path. `/search/*` matches that path and all paths below. A `*` or `:name` elsewhere matches
 * one segment or a part of one: `/@:user`, `/reports/*.pdf`. After a letter or a digit, a colon is just a colon: `/things:list`. Only paths are
 * compared, without query and host.
 *
 * @throws `invalid-option` if it does not begin with a slash.
 * @example
 * readPathPattern('/api/search/*').mayReach('/API/search/words'); // true
 */
export function readPathPattern(pattern: string): PathPattern {
  refuseRelative(pattern);
  const strict = matcherOf(pattern, '/');
  // In Connect, a dot ends a mounted path as a slash does.
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
 * Parses several patterns. The result tells whether every router matches a path with one of them. It is called for every request, so it is
 * one regular expression.
 *
 * @throws `invalid-option` if one does not begin with a slash.
 */
export function readPathList(patterns: readonly string[]): PathPattern['surelyIs'] {
  if (!patterns.length) return () => false;
  patterns.forEach(refuseRelative);
  const any = new RegExp(`^(?:${patterns.map((pattern) => sourceOf(pattern, '/')).join('|')})$`, 's');
  return (path) =>
    (any.test(path) || (path.endsWith('/') && any.test(withoutEndSlash(path)))) && !ambiguous.test(path);
}

/** Whether a request certainly writes nothing. A connection that is upgraded to another protocol may write. */
export type IsReadOnlyRequest = (method: string, path: string, upgrade?: boolean) => boolean;

/**
 * Parses the requests that only read, although their method may write: `['POST /api/search', '/graphql/read']`. Requests with a safe method
 * (RFC 9110, 9.2.1) need not be named.
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

// Some servers read these as a separator or as a step upwards, others do not.
const ambiguous = /%2f|%5c|%2e|%00|\\|;|\/\/|\/\.\.?(\/|$)/i;

/** `borders` are the characters that may follow a path with others below it. */
function matcherOf(pattern: string, borders: string): (path: string) => boolean {
  const whole = new RegExp(`^${sourceOf(pattern, borders)}$`, 's');
  return (path) => whole.test(path);
}

/** A pattern as the source of a regular expression. */
function sourceOf(pattern: string, borders: string): string {
  const [, start = '', below] = /^(.*?)(\/\*)?$/s.exec(pattern) ?? [];
  const segments = start.split('/').map(sourceOfSegment);
  return `${segments.join('/')}${below ? `(?:[${borders}].*)?` : ''}`;
}

/**
 * A segment with stars as a regular expression that takes time in proportion to the length of the path, whatever the path is: each star
 * ends at the first place where what follows it stands. Only the last one may have to go back.
 */
function sourceOfSegment(segment: string): string {
  const [start = '', ...rest] = segment
    .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    // A name stands for at least one character.
    .replace(/(^|[^\p{L}\d]):[\p{L}\w]+/gu, '$1[^/]*')
    .split(/\*+/);
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
