import { maintenanceError } from './errors.js';

/** A pattern of paths, read once. */
export interface PathPattern {
  /** Whether a router could take this path to what the pattern names: lenient, for what is refused. */
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
 * readPathPattern('/api/search/*').mayReach('/API/%73earch/words'); // true
 */
export function readPathPattern(pattern: string): PathPattern {
  if (!pattern.startsWith('/')) {
    throw maintenanceError(
      'invalid-option',
      `The path pattern "${pattern}" does not begin with a slash. Write "/${pattern}".`,
    );
  }
  const lenient = matcherOf(pattern.toLowerCase());
  const strict = matcherOf(pattern);
  const fits = (path: string): boolean =>
    lenient(path) || (path.endsWith('/') && lenient(path.slice(0, -1) || '/'));
  return {
    mayReach(path) {
      const lower = path.toLowerCase();
      if (fits(lower)) return true;
      // Routers differ in what they decode and collapse: any reading that fits is enough to refuse.
      return needsReading.test(lower) && readingsOf(lower).some(fits);
    },
    surelyIs: (path) => strict(path) && !ambiguous.test(path),
  };
}

/**
 * Reads several patterns into one question: whether a path is beyond doubt one of theirs. Every request of a server asks it, and the
 * answer is nearly always no: plain paths are looked up, not compared one by one.
 *
 * @throws `invalid-option` when one does not begin with a slash.
 */
export function readPathList(patterns: readonly string[]): PathPattern['surelyIs'] {
  const plain = new Set(patterns.filter((pattern) => !/[*:]/.test(pattern)));
  const others = patterns.map(readPathPattern).filter((_, index) => !plain.has(patterns[index] ?? ''));
  const longest = Math.max(0, ...[...plain].map((pattern) => pattern.length));
  return (path) => {
    // Looking up a path is more work than its length.
    if (path.length <= longest && plain.has(path) && !ambiguous.test(path)) return true;
    for (const pattern of others) if (pattern.surelyIs(path)) return true;
    return false;
  };
}

const needsReading = /%|\\|\/[/.]/;
// What some servers read as a path separator or a step upwards, and others do not.
const ambiguous = /%2f|%5c|%2e|%00|\\|;|\/\/|\/\.\.?(\/|$)/i;

function matcherOf(pattern: string): (path: string) => boolean {
  const [, start = '', below] = /^(.*?)(\/\*)?$/s.exec(pattern) ?? [];
  if (!/[*:]/.test(start)) {
    // Most patterns are plain, and every request is compared with all of them: one letter tells nearly all paths apart.
    const { length } = start;
    return below
      ? (path) => path === start || (path[length] === '/' && path.startsWith(start))
      : (path) => path === start;
  }
  const segments = start
    .split('/')
    .map((segment) =>
      segment.startsWith(':')
        ? '[^/]+'
        : segment.replace(/[.*+?^${}()|[\]\\]/g, (found) => (found === '*' ? '[^/]*' : `\\${found}`)),
    );
  const whole = new RegExp(`^${segments.join('/')}${below ? '(?:/.*)?' : ''}$`, 's');
  return (path) => whole.test(path);
}

function readingsOf(path: string): string[] {
  const decoded = path.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // Not UTF-8: no router makes sense of it either.
      return escapes;
    }
  });
  return [path, decoded.toLowerCase()].flatMap((text) => {
    const collapsed = text.replace(/[/\\]+/g, '/');
    return [collapsed, climb(collapsed)];
  });
}

/** A path without its steps upwards. */
function climb(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/').replace(/^\/+/, '')}`;
}
