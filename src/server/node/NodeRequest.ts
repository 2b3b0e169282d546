import type { IncomingMessage } from 'node:http';
import { targetOf, type RequestTarget } from '../requestPaths.js';
import type { ServerRequest } from '../handle.js';
import { goneOn, refuseUnreadable, tooLong, UnreadableBody } from '../requestBody.js';

/** A request of `node:http`. */
export class NodeRequest<Req extends IncomingMessage> implements ServerRequest<Req> {
  readonly native: Req;

  constructor(native: Req) {
    this.native = native;
  }

  get method(): string {
    return this.native.method ?? 'GET';
  }

  get target(): RequestTarget {
    return targetsOf(this.native, this);
  }

  get path(): string {
    const target = targetSent(this.native);
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    // A client of a proxy may send a whole address.
    return path[0] === '/' ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
  }

  get search(): string {
    const target = targetSent(this.native);
    const at = target.indexOf('?');
    return at < 0 ? '' : target.slice(at);
  }

  get address(): string | undefined {
    return this.native.socket.remoteAddress;
  }

  get bodyType(): string | null {
    return 'body' in this.native && this.native.body !== undefined ? null : this.header('content-type');
  }

  readBody(maxBytes: number, signal: AbortSignal): Promise<string> {
    return readNodeBody(this.native, maxBytes, signal);
  }

  header(name: string): string | null {
    const { headers } = this.native;
    // A request of HTTP/2 may have no `Host`.
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }
}

/** The addresses that frameworks add to a request of Node. */
type RoutedRequest = IncomingMessage & {
  /** The address that the client sent. Express, Connect and Koa keep it, and Fastify if it rewrites. */
  readonly originalUrl?: unknown;
  /** The path that a router is mounted at. Express removes it from `url`. */
  readonly baseUrl?: unknown;
};

function targetSent(request: RoutedRequest): string {
  const { originalUrl, url = '/' } = request;
  return typeof originalUrl === 'string' ? originalUrl : url;
}

/** The address that was sent, and the one that it was rewritten to. The app may route by either. */
function targetsOf(request: RoutedRequest, headers: Pick<ServerRequest<unknown>, 'header'>): RequestTarget {
  const sent = targetSent(request);
  const { url = '/', baseUrl } = request;
  const routed = typeof baseUrl === 'string' && baseUrl ? mountedAt(baseUrl, url) : url;
  return targetOf(sent, routed, headers);
}

function mountedAt(baseUrl: string, url: string): string {
  // Express keeps the host of a whole address.
  const [host = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url) ?? [];
  return baseUrl + url.slice(host.length);
}

/** What body parsers and HTTP/2 add to a request of Node. */
type BodyRequest = IncomingMessage & {
  /** The body as a parser in front of the middleware has parsed it. */
  readonly body?: unknown;
  /** Only in HTTP/2. */
  readonly stream?: { readonly endAfterHeaders?: boolean; readonly readableEnded?: boolean };
};

/** Reads the body and puts it back, so that the app can still read all of it. */
async function readNodeBody(request: BodyRequest, maxBytes: number, signal: AbortSignal): Promise<string> {
  const { body, headers } = request;
  if (body !== undefined) return textOf(body);
  refuseUnreadable((name) => [headers[name] ?? []].flat()[0] ?? null, maxBytes);
  if (!hasBody(request)) return '';
  if (signal.aborted) throw goneOn();
  if (request.readableEnded || request.destroyed) throw new UnreadableBody('the body was read before');
  return new TextDecoder().decode(await peek(request, maxBytes, signal));
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (JSON.stringify(body) ?? '');
}

function hasBody({ headers, stream }: BodyRequest): boolean {
  if (stream) return !stream.endAfterHeaders;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function peek(request: BodyRequest, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

    function take(): void {
      // Do not call `read` at the end. The stream would emit `end` before the app listens.
      while (request.readableLength) {
        const chunk: unknown = request.read();
        if (chunk === null) break;
        // A string, if the stream has an encoding.
        const bytes = Buffer.isBuffer(chunk)
          ? chunk
          : Buffer.from(String(chunk), request.readableEncoding ?? 'utf8');
        chunks.push(bytes);
        length += bytes.length;
      }
      if (length > maxBytes) putBack(() => reject(tooLong(maxBytes)));
      else if (isComplete(request)) putBack(() => resolve(Buffer.concat(chunks)));
    }

    function gone(): void {
      stop();
      reject(new UnreadableBody('the client disconnected'));
    }

    function giveUp(): void {
      putBack(() => reject(goneOn()));
    }

    function putBack(settle: () => void): void {
      stop();
      // In the same tick as the last read, because the stream has not ended by then.
      if (length) request.unshift(Buffer.concat(chunks));
      settle();
    }

    function stop(): void {
      request.off('readable', take);
      request.off('close', gone);
      request.off('error', gone);
      signal.removeEventListener('abort', giveUp);
    }

    request.on('readable', take);
    request.on('close', gone);
    request.on('error', gone);
    signal.addEventListener('abort', giveUp);
    take();
  });
}

/** Whether all of the body has arrived. */
function isComplete({ stream, complete }: BodyRequest): boolean {
  return stream ? stream.readableEnded === true : complete;
}
