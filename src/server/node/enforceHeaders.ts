import type { ServerResponse } from 'node:http';
import { controlsCaches } from '../Answer.js';

type Value = number | string | readonly string[];
type AnyFunction = (...given: unknown[]) => unknown;

/**
 * Sets headers that the app and its other middleware cannot change or remove. No other header that controls caches is written beside
 * them.
 */
export function enforceHeaders(response: ServerResponse, headers: Readonly<Record<string, Value>>): void {
  const enforced = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isOurs = (name: unknown): boolean =>
    typeof name === 'string' && (enforced.has(name.toLowerCase()) || controlsCaches(name));
  const setHeader = response.setHeader.bind(response);
  const removeHeader = response.removeHeader.bind(response);

  function setOurs(): void {
    for (const name of response.getHeaderNames()) if (isOurs(name)) removeHeader(name);
    for (const [name, value] of enforced) setHeader(name, value);
  }

  setOurs();
  // Each of these is a way to write a header. Node's `setHeaders` and the methods of Express call them in turn.
  for (const method of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
    // Old versions of Node have no appendHeader.
    const original = response[method] as AnyFunction | undefined;
    if (original) {
      override(response, method, (...given) =>
        isOurs(given[0]) ? response : original.apply(response, given),
      );
    }
  }
  // Not its own type: it has overloads.
  const writeHead = response.writeHead as AnyFunction;
  override(response, 'writeHead', (...given) => {
    if (!response.headersSent) setOurs();
    return writeHead.apply(
      response,
      given.map((part) => (typeof part === 'object' && part !== null ? without(part, isOurs) : part)),
    );
  });
}

function override(response: ServerResponse, method: keyof ServerResponse, value: AnyFunction): void {
  Object.defineProperty(response, method, { configurable: true, writable: true, value });
}

/** What `writeHead` is given, without some headers: an object, pairs, or names and values in turn. */
function without(headers: object, isOurs: (name: unknown) => boolean): object {
  if (!Array.isArray(headers)) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOurs(name)));
  }
  // Once a header is set, as ours are, Node takes no pairs any more.
  const given: unknown[] = Array.isArray(headers[0]) ? headers.flat() : headers;
  return given.filter((_, index) => !isOurs(given[index - (index % 2)]));
}
