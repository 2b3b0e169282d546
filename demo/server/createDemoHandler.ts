import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Instruction } from '../operator/planPatch.js';
import type { OperatorState, SentRequest } from '../operator/OperatorState.js';
import { people, personKeys, type PersonKey } from '../people.js';
import type { FlagService } from './createFlagService.js';
import type { Reindex } from './createReindex.js';
import { renderOperator, renderShop } from './renderPages.js';
import type { ReindexCustomer, ReindexOrder } from '../operator/ReindexState.js';

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

interface DemoHandlerOptions {
  /** The address of the flag server. The shop's pages open their streams there. */
  readonly flagServer: string;
  readonly service: FlagService;
  readonly reindex: Reindex;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Aborted when the demo stops, so that open event streams end. */
  readonly closing: AbortSignal;
  readonly onNote: (note: string) => void;
}

const MAX_SENT = 30;

/** Creates the request listener of the demo: the pages, their assets, and the operator panel's requests to the flag service. */
export function createDemoHandler(options: DemoHandlerOptions) {
  const { flagServer, service, reindex, assets, closing, onNote } = options;
  const sent: SentRequest[] = [];
  const security = {
    'content-security-policy':
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; ` +
      `connect-src 'self' ${flagServer}; base-uri 'none'; form-action 'self'; frame-ancestors 'self'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };

  async function readOperatorState(): Promise<OperatorState> {
    const [flags, ...served] = await Promise.all([
      service.listFlags(),
      ...personKeys.map((key) => service.evaluate(key)),
    ]);
    // One entry per person, in the order of `people`.
    const values = Object.fromEntries(
      personKeys.map((key, index) => [key, served[index]]),
    ) as OperatorState['served'];
    return { flagServer, now: Date.now(), flags, served: values, sent };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const asset = assets.get(pathname);
    const [, area, name] = pathname.split('/');
    if (request.method === 'PATCH' && pathname.startsWith('/api/v2/flags/default/')) {
      return patch(request, response, decodeURIComponent(pathname.slice('/api/v2/flags/default/'.length)));
    }
    if (request.method === 'POST' && pathname === '/operator/reindex') return order(request, response);
    if (request.method !== 'GET') return send(response, 405, 'text/plain', 'Only GET here.\n');
    if (asset) return send(response, 200, asset.type, asset.body);
    if (pathname === '/') {
      const html = renderOperator({ initial: await readOperatorState(), reindexing: reindex.state() });
      return send(response, 200, 'text/html', html);
    }
    if (area === 'shop' && isPerson(name)) {
      const html = renderShop({ person: name, flagServer, bootstrap: await service.bootstrap(name) });
      return send(response, 200, 'text/html', html);
    }
    if (pathname === '/operator/state') {
      return send(response, 200, 'application/json', JSON.stringify(await readOperatorState()));
    }
    if (pathname === '/operator/changes') return streamChanges(response);
    return send(response, 404, 'text/plain', `There is nothing at ${pathname}.\n`);
  }

  async function patch(request: IncomingMessage, response: ServerResponse, flag: string): Promise<void> {
    if (!isFromOwnPage(request)) return refuse(response);
    const body = await text(request);
    const at = Date.now();
    const reply = await service.patch(flag, request.headers['content-type'] ?? '', body);
    const { instructions = [], comment = '' } = JSON.parse(body) as {
      instructions?: Instruction[];
      comment?: string;
    };
    const id = (sent[0]?.id ?? 0) + 1;
    sent.unshift({ id, at, flag, instructions, comment, status: reply.status });
    sent.length = Math.min(sent.length, MAX_SENT);
    send(response, reply.status, 'application/json', await reply.text());
  }

  async function order(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromOwnPage(request)) return refuse(response);
    const wanted = parseReindexOrder(await text(request), reindex.state().customers);
    if (!wanted) return send(response, 400, 'text/plain', 'There is no such order.\n');
    if (wanted.order === 'stop') reindex.stop();
    else if (wanted.order === 'end') await reindex.end(wanted.customer);
    else {
      const { failFor } = wanted;
      const resume = wanted.order === 'resume';
      if (!reindex.start({ resume, keepGoing: resume && wanted.keepGoing, failFor })) {
        return send(response, 409, 'text/plain', 'A run is under way already.\n');
      }
    }
    send(response, 202, 'text/plain', 'Done.\n');
  }

  function refuse(response: ServerResponse): void {
    send(response, 403, 'text/plain', 'Only pages of the demo may change its flags.\n');
  }

  async function streamChanges(response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const ping = await service.openPing(AbortSignal.any([gone.signal, closing]));
    response.writeHead(200, { ...security, 'content-type': 'text/event-stream' });
    const tell = (): void =>
      void response.write(`event: reindex\ndata: ${JSON.stringify(reindex.state())}\n\n`);
    const unsubscribe = reindex.subscribe(tell);
    tell();
    try {
      for await (const events of wholeEvents(ping.body ?? [])) response.write(events);
    } catch {
      // The page, the demo or the flag server closed the connection. The page reconnects by itself.
    }
    unsubscribe();
    response.end();
  }

  function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
    response.writeHead(status, {
      ...security,
      'content-type': type.includes('charset') ? type : `${type}; charset=utf-8`,
    });
    response.end(body);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', () => undefined);
    // Reject other host names: an attacker can point a domain at this computer (DNS rebinding).
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
      return send(response, 421, 'text/plain', 'Use http://127.0.0.1 or http://localhost.\n');
    }
    try {
      await answer(request, response);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!closing.aborted) onNote(`${request.method} ${request.url} failed: ${reason}`);
      if (response.headersSent) response.end();
      else send(response, 500, 'text/plain', `The demo failed: ${reason}\n`);
    }
  };
}

/** The access token is added here, so requests from pages of other sites must be refused. */
function isFromOwnPage({ headers }: IncomingMessage): boolean {
  return headers.origin === `http://${headers.host}`;
}

/** Splits an event stream at event boundaries, so that other events can be inserted in between. */
async function* wholeEvents(
  stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n\n') + 2;
    if (end < 2) continue;
    yield rest.slice(0, end);
    rest = rest.slice(end);
  }
}

function isPerson(name: string | undefined): name is PersonKey {
  return name !== undefined && Object.hasOwn(people, name);
}

/** Parses the body of a request from the panel. Returns `undefined` when it is invalid. */
function parseReindexOrder(body: string, customers: readonly ReindexCustomer[]): ReindexOrder | undefined {
  const isCustomer = (key: unknown): key is string => customers.some((customer) => customer.key === key);
  const { order, customer, keepGoing, failFor = null } = parseObject(body);
  if (failFor !== null && !isCustomer(failFor)) return undefined;
  if (order === 'start') return { order, failFor };
  if (order === 'resume') return { order, failFor, keepGoing: keepGoing === true };
  if (order === 'stop') return { order };
  if (order === 'end' && isCustomer(customer)) return { order, customer };
  return undefined;
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
