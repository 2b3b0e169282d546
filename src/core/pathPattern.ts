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
  if (!pattern.startsWith('/')) {
    throw maintenanceError(
      'invalid-option',
      `The path pattern "${pattern}" does not begin with a slash. Write "/${pattern}".`,
    );
  }
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
 * Reads several patterns into one question: whether a path is beyond doubt one of theirs. Every request of a server asks it, and the
 * answer is nearly always no: plain paths are looked up, not compared one by one.
 *
 * @throws `invalid-option` when one does not begin with a slash.
 */
export function readPathList(patterns: readonly string[]): PathPattern['surelyIs'] {
  const plain = new Set(patterns.filter((pattern) => !/[*:]|.\/$/.test(pattern)));
  const others = patterns.map(readPathPattern).filter((_, index) => !plain.has(patterns[index] ?? ''));
  const longest = Math.max(0, ...[...plain].map((pattern) => pattern.length));
  return (path) => {
    // Looking up a path is more work than its length.
    if (path.length <= longest + 1 && plain.has(withoutEndSlash(path)) && !ambiguous.test(path)) return true;
    for (const pattern of others) if (pattern.surelyIs(path)) return true;
    return false;
  };
}

// What some servers read as a path separator or a step upwards, and others do not.
const ambiguous = /%2f|%5c|%2e|%00|\\|;|\/\/|\/\.\.?(\/|$)/i;

/** `borders` are the characters that may follow a path with others below it. */
function matcherOf(pattern: string, borders: string): (path: string) => boolean {
  const [, start = '', below] = /^(.*?)(\/\*)?$/s.exec(pattern) ?? [];
  if (!/[*:]/.test(start)) {
    // Most patterns are plain, and every request is compared with all of them: one letter tells nearly all paths apart.
    const { length } = start;
    return below
      ? (path) => path === start || (borders.includes(path[length] ?? ' ') && path.startsWith(start))
      : (path) => path === start;
  }
  const segments = start
    .split('/')
    .map((segment) =>
      segment.startsWith(':')
        ? '[^/]+'
        : segment.replace(/[.*+?^${}()|[\]\\]/g, (found) => (found === '*' ? '[^/]*' : `\\${found}`)),
    );
  const whole = new RegExp(`^${segments.join('/')}${below ? `(?:[${borders}].*)?` : ''}$`, 's');
  return (path) => whole.test(path);
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
