import type { IncomingMessage } from 'node:http';
import { targetOf, type RequestTarget } from '../requestPaths.js';
import type { ServerRequest } from '../handle.js';
import { readNodeBody } from './readNodeBody.js';

/** A request of `node:http`. */
export class NodeRequest<Req extends IncomingMessage> implements ServerRequest<Req> {
  readonly native: Req;

  #target: RequestTarget | undefined;

  constructor(native: Req) {
    this.native = native;
  }

  get method(): string {
    return this.native.method ?? 'GET';
  }

  get target(): RequestTarget {
    return (this.#target ??= targetsOf(this.native, this));
  }

  get path(): string {
    const target = targetSent(this.native);
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    // A proxy may ask for a whole address.
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
    // HTTP/2 may have no `Host`.
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }
}

/** What frameworks add to a request of Node. */
type RoutedRequest = IncomingMessage & {
  /** What the client sent, kept by Express, Connect, Koa, and by Fastify where it rewrites. */
  readonly originalUrl?: unknown;
  /** What Express took away from `url`: the path that a router is mounted at. */
  readonly baseUrl?: unknown;
};

function targetSent(request: RoutedRequest): string {
  const { originalUrl, url = '/' } = request;
  return typeof originalUrl === 'string' ? originalUrl : url;
}

/** What was sent, and what has become of it since: either may be what the app routes by. */
function targetsOf(request: RoutedRequest, headers: Pick<ServerRequest<unknown>, 'header'>): RequestTarget {
  const sent = targetSent(request);
  const { url = '/', baseUrl } = request;
  const routed = typeof baseUrl === 'string' && baseUrl ? mountedAt(baseUrl, url) : url;
  return targetOf(sent, routed, headers);
}

function mountedAt(baseUrl: string, url: string): string {
  // Of a whole address Express keeps the host.
  const [host = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url) ?? [];
  return baseUrl + url.slice(host.length);
}
