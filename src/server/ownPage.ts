import { controlsCaches } from './cacheHeaders.js';
import type { OwnPageContent, RefusalOptions } from './options.js';
import { withTimeout } from './withTimeout.js';

/** `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 reads as well. */
export type Bytes = ReturnType<TextEncoder['encode']>;

/** A page of an app's own, as it is sent. */
export interface OwnPage {
  /** Of a redirect, its status; everything else is sent as 503. */
  readonly redirect: number | undefined;
  /** By name, in lower case; of `Set-Cookie`, every line. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Bytes;
}

/**
 * Asks an app for its page, and reads it to its end. It rejects when the page throws, is none, or takes longer than `timeoutMs`.
 */
export async function readOwnPage(
  page: NonNullable<RefusalOptions['page']>,
  content: OwnPageContent,
  timeoutMs: number,
): Promise<OwnPage> {
  let late = false;
  let cancel = (): unknown => undefined;

  async function read(): Promise<OwnPage> {
    const answer: unknown = await page(content);
    if (typeof answer === 'string') return { redirect: undefined, headers: {}, body: answer };
    if (!isResponse(answer)) throw new Error('it is neither a text nor a Response');
    const { status, headers, body } = answer;
    if (status === 0) throw new Error('it is the Response of a request that failed');
    const redirect = redirects.includes(status) ? status : undefined;
    if (redirect && !headers.get('location')) throw new Error(`it has the status ${status} and no Location`);
    const reader = body?.getReader();
    // An unread body keeps its connection open.
    cancel = () => reader?.cancel().catch(() => undefined);
    if (late || redirect) cancel();
    return {
      redirect,
      headers: headersOf(headers),
      body: redirect || !reader ? '' : await readToEnd(reader),
    };
  }

  try {
    return await withTimeout(read(), timeoutMs, () => new Error(`it was not there within ${timeoutMs} ms`));
  } catch (error) {
    late = true;
    cancel();
    throw error;
  }
}

const redirects = [301, 302, 303, 307, 308];
const mostBytes = 5_000_000;

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > mostBytes) throw new Error(`it is longer than ${mostBytes} bytes`);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The headers that describe the page. What describes a connection, another length or a cache's copy is left out. */
function headersOf(headers: Headers): OwnPage['headers'] {
  const nominated = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (notOfThePage.has(name) || nominated.includes(name) || controlsCaches(name)) continue;
    kept[name] = name === 'set-cookie' ? headers.getSetCookie() : value;
  }
  return kept;
}

const notOfThePage: ReadonlySet<string> = new Set([
  // Of one connection (RFC 9110, 7.6.1); HTTP/2 forbids them (RFC 9113, 8.2.2).
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['http2-settings', 'proxy-authenticate', 'proxy-authorization', 'alt-svc'],
  // Of the body as it was sent: `fetch` has decoded it.
  ...['content-length', 'content-encoding', 'content-range', 'accept-ranges', 'content-md5', 'digest'],
  ...['content-digest', 'repr-digest'],
  // Of a copy in a cache (RFC 9111): a refusal is never stored.
  ...['age', 'date', 'etag', 'last-modified', 'warning'],
]);

function isResponse(value: unknown): value is Response {
  // Not `instanceof`, because the `fetch` of a package may have its own Response class.
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.getSetCookie === 'function';
}
