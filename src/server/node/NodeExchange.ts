import type { IncomingMessage } from 'node:http';
import type { Exchange, Verdict } from '../createGatekeeper.js';

/** What is done with a verdict: the same function for every request, since closures are not free. */
export type Conclude<F extends string, Req, To> = (
  verdict: Verdict<F>,
  exchange: { readonly request: Req; readonly to: To; readonly next: () => void },
) => void;

/** An exchange of `node:http`. `to` is where its answer goes: a response or a socket. */
export class NodeExchange<F extends string, Req extends IncomingMessage, To> implements Exchange<F> {
  readonly request: Req;
  readonly to: To;
  readonly next: () => void;
  readonly conclude: Conclude<F, Req, To>;

  constructor(request: Req, to: To, next: () => void, conclude: Conclude<F, Req, To>) {
    this.request = request;
    this.to = to;
    this.next = next;
    this.conclude = conclude;
  }

  answer(verdict: Verdict<F>): void {
    this.conclude(verdict, this);
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get path(): string {
    const target = targetOf(this.request);
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    // A proxy may ask for a whole address.
    return path[0] === '/' ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
  }

  get search(): string {
    const target = targetOf(this.request);
    const at = target.indexOf('?');
    return at < 0 ? '' : target.slice(at);
  }

  get address(): string | undefined {
    return this.request.socket.remoteAddress;
  }

  header(name: string): string | null {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : (value?.join(', ') ?? null);
  }
}

function targetOf(request: IncomingMessage & { originalUrl?: unknown }): string {
  // Express takes the path that a router is mounted at away from `url`.
  const { originalUrl, url = '/' } = request;
  return typeof originalUrl === 'string' ? originalUrl : url;
}
