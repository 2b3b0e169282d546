import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from '../respond.js';
import { controlsCaches } from '../cacheHeaders.js';
import { enforceHeaders } from './enforceHeaders.js';

/** Answers a request with a refusal, and drops what other middleware has set for the app's answer. */
export function sendRefusal(response: ServerResponse, { status, headers, body }: Answer): void {
  // The client may have gone, or a faster middleware may have answered.
  if (response.headersSent || response.destroyed) return;
  const cookies = [response.getHeader('set-cookie') ?? [], headers['set-cookie'] ?? []].flat().map(String);
  for (const name of response.getHeaderNames()) if (isOfAnotherBody(name)) response.removeHeader(name);
  enforceHeaders(
    response,
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => ['cache-control', 'retry-after'].includes(name)),
    ),
  );
  response.writeHead(status, { ...headers, ...(cookies.length && { 'set-cookie': cookies }) });
  response.end(body);
}

function isOfAnotherBody(name: string): boolean {
  return controlsCaches(name) || anotherBody.test(name);
}

const anotherBody =
  /^(content-(encoding|range|disposition|location|length|md5|digest)|transfer-encoding|trailer|accept-ranges|etag|last-modified|age)$/;

// Long enough for the answer to be read, short enough that clients which never hang up cannot collect connections.
const lingerMs = 2000;

/** Answers a request that was to become something else, and ends the connection, also where the other end does not. */
export function sendRawRefusal(socket: Duplex, { status, headers, body = '' }: Answer): void {
  if (socket.destroyed) return;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  );
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  // Read what the client still sends. Otherwise its end is never seen, and closing the socket would discard the answer.
  socket.resume();
  socket.write(`HTTP/1.1 ${status} \r\n${lines.join('')}connection: close\r\n\r\n`);
  socket.end(body);
}
