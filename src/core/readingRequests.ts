import { readPathPattern } from './pathPattern.js';

/** Whether a request surely writes nothing. A connection that is upgraded to another protocol does not count as a GET. */
export type IsReading = (method: string, path: string, upgrade?: boolean) => boolean;

/**
 * Reads the requests that only read although their method does not say so: `['POST /api/search', '/graphql/read']`. Those with
 * a safe method (RFC 9110, 9.2.1) read without being named.
 *
 * @throws `invalid-option` for a bad pattern.
 */
export function readReadingRequests(reads: readonly string[]): IsReading {
  const named = reads.map((text) => {
    const [, method, path = ''] = /^(?:([A-Za-z]+) )?(.*)$/s.exec(text) ?? [];
    return { method: method?.toUpperCase(), pattern: readPathPattern(path) };
  });
  return (method, path, upgrade = false) =>
    (safeMethods.has(method) && !upgrade) ||
    named.some((entry) => (entry.method ?? method) === method && entry.pattern.surelyIs(path));
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
