import type { ServerResponse } from 'node:http';
import { controlsCaches } from '../Answer.js';

type Value = number | string | readonly string[];
type AnyFunction = (...given: unknown[]) => unknown;

/**
 * Sets headers that the app and other middleware cannot change or remove. It also removes all other headers that control caches.
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
  // All ways to write a header use one of these. Node's `setHeaders` and the methods of Express call them.
  for (const method of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
    // Old versions of Node have no appendHeader.
    const original = response[method] as AnyFunction | undefined;
    if (original) {
      override(response, method, (...given) =>
        isOurs(given[0]) ? response : original.apply(response, given),
      );
    }
  }
  // Not its own type, because it has overloads.
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

/** Removes headers from an argument of `writeHead`: an object, a list of pairs, or a list of names and values in turn. */
function without(headers: object, isOurs: (name: unknown) => boolean): object {
  if (!Array.isArray(headers)) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOurs(name)));
  }
  // After `setHeader`, Node no longer accepts pairs.
  const given: unknown[] = Array.isArray(headers[0]) ? headers.flat() : headers;
  return given.filter((_, index) => !isOurs(given[index - (index % 2)]));
}
