import { SwitchError, type SwitchFailure } from '../FlagSwitch.js';

export interface RestClientOptions {
  /** As `https://app.launchdarkly.com`. */
  readonly baseUri: string;
  /** The value of `Authorization`. It is never part of a message. */
  readonly token: string;
  /** How long one request may take, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly now?: () => number;
  /** 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

export interface RestRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** How often to try when the service is unreachable or limits the rate. Default 4. */
  readonly tries?: number;
}

/** Sends a request and gives the JSON of the answer. @throws SwitchError */
export type RestClient = (request: RestRequest) => Promise<unknown>;

const longestWaitMs = 60_000;

/**
 * A client of LaunchDarkly's REST API, or of whatever speaks it. It waits out rate limits by the times that the service names, tries
 * again when there was no answer, and gives each refusal a message of its own.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  const { baseUri, token, timeoutMs = 10_000, now = Date.now, random = Math.random } = options;
  const send = options.fetch ?? fetch;
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  async function attempt({
    method,
    path,
    body,
    contentType = 'application/json',
  }: RestRequest): Promise<Response> {
    try {
      const response = await send(new URL(path, baseUri), {
        method,
        headers: {
          Authorization: token,
          'LD-API-Version': '20240415',
          ...(body !== undefined && { 'Content-Type': contentType }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Read here, so that an answer that breaks off counts as none.
      return new Response(await response.arrayBuffer(), {
        status: response.status,
        headers: response.headers,
      });
    } catch (cause) {
      throw new SwitchError('unreachable', `${baseUri} did not answer: ${reasonOf(cause, timeoutMs)}.`, {
        cause,
      });
    }
  }

  return async (request) => {
    for (let left = (request.tries ?? 4) - 1; ; left -= 1) {
      const result = await attempt(request).catch((error: unknown) => {
        if (error instanceof SwitchError && left > 0) return null;
        throw error;
      });
      const busy = !result || result.status === 429 || result.status >= 500;
      if (busy && left > 0) {
        const tried = (request.tries ?? 4) - left;
        await sleep(
          result?.status === 429 ? waitOf(result.headers, now(), random()) : backOff(tried, random()),
        );
        continue;
      }
      if (!result) continue;
      if (!result.ok) throw await refusalOf(result);
      return await result.json().catch((cause: unknown) => {
        throw new SwitchError(
          'failed',
          `${baseUri} answered ${result.status} with something other than JSON.`,
          { cause },
        );
      });
    }
  };
}

/** 0.25 s, 0.5 s, 1 s, ... and up to as much again, so that not everybody comes back at once. */
function backOff(tried: number, jitter: number): number {
  return 250 * 2 ** (tried - 1) * (1 + jitter);
}

/** `Retry-After` is in seconds (RFC 9110, 10.2.3), LaunchDarkly's `X-Ratelimit-Reset` in epoch milliseconds. */
function waitOf(headers: Headers, now: number, jitter: number): number {
  const after = Number(headers.get('retry-after') ?? NaN) * 1000;
  const date = Date.parse(headers.get('retry-after') ?? '') - now;
  const reset = Number(headers.get('x-ratelimit-reset') ?? NaN) - now;
  const wait = [after, date, reset].find((ms) => Number.isFinite(ms)) ?? 1000;
  return Math.min(Math.max(wait, 0), longestWaitMs) + jitter * 1000;
}

const refusals: Readonly<Record<number, readonly [SwitchFailure, string]>> = {
  400: ['invalid', 'The request was refused'],
  401: [
    'unauthorized',
    'The access token is not valid, or may not do this. Check LD_ACCESS_TOKEN; SDK keys do not work here',
  ],
  403: [
    'forbidden',
    'The access token may not do this. It needs a role that allows updateOn and updateTargets for this flag',
  ],
  404: ['not-found', 'There is no such flag, project or environment. Check -f, --project and --environment'],
  405: [
    'approval-required',
    'Changes of this flag need an approval. Exempt this token from it, or have the change approved and run again',
  ],
  409: ['conflict', 'Somebody else changed the flag at the same moment'],
  422: ['invalid', 'The service could not apply the change'],
  429: ['rate-limited', 'The service limits the rate of requests, and went on to after all waits'],
};

async function refusalOf(response: Response): Promise<SwitchError> {
  const [failure, text] = refusals[response.status] ?? ['failed', 'The service failed'];
  const said = await response.json().then(
    (body: unknown) => (body as { message?: unknown } | null)?.message,
    () => undefined,
  );
  const detail = typeof said === 'string' && said ? `: ${said}` : '';
  return new SwitchError(failure, `${text} (${response.status}${detail}).`);
}

function reasonOf(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
