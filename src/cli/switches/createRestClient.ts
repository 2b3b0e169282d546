import { SwitchError, type SwitchFailure } from '../../switch/FlagSwitch.js';
import { escapeText, holdsSecret } from '../text.js';
import { type Sleep, sleep as realSleep, sleepUnlessAborted } from '../untilAborted.js';

export interface RestClientOptions {
  /** Such as `https://app.launchdarkly.com`. Its path is a prefix of every request path. */
  readonly baseUri: string;
  /** The value of `Authorization`. It never appears in a message. */
  readonly token: string;
  /** The time limit of one attempt, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  /** Creates the signal that ends an attempt. Default `AbortSignal.timeout`. */
  readonly timeoutSignal?: (ms: number) => AbortSignal;
  /** The message for when there was no answer. */
  readonly hint?: string | undefined;
  /** Once it is aborted, there are no more waits and no more attempts. */
  readonly interrupted?: AbortSignal;
  readonly sleep?: Sleep;
  readonly now?: () => number;
  /** Returns a number from 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

interface RestRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** Sends a request and returns the JSON of the answer. @throws SwitchError */
export type RestClient = (request: RestRequest) => Promise<unknown>;

interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const mostTries = 4;
const longestWaitMs = 60_000;

/**
 * A client of LaunchDarkly's REST API, or of a server with the same API. It waits out rate limits as the service asks, retries when there
 * was no answer or the service failed, and has a message for each kind of refusal. All requests may be sent twice.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  const {
    baseUri,
    token,
    timeoutMs = 10_000,
    now = Date.now,
    random = Math.random,
    sleep = realSleep,
  } = options;
  const { interrupted = new AbortController().signal } = options;
  const timeoutSignal = options.timeoutSignal ?? ((ms) => AbortSignal.timeout(ms));

  async function send({
    method,
    path,
    body,
    contentType = 'application/json',
  }: RestRequest): Promise<RestAnswer | SwitchError> {
    try {
      const response = await fetch(baseUri.replace(/\/+$/, '') + path, {
        method,
        headers: {
          Authorization: token,
          'LD-API-Version': '20240415',
          ...(body !== undefined && { 'Content-Type': contentType }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: limitOf(method),
      });
      // Read the body here, so that a truncated answer counts as no answer.
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      const hint = options.hint === undefined ? '' : ` ${options.hint}`;
      return new SwitchError(
        'unreachable',
        `${baseUri} did not answer: ${describeNoAnswer(cause, timeoutMs)}.${hint}`,
        {
          cause,
          mayBeDone: true,
        },
      );
    }
  }

  /** What ends an attempt: its time limit, and an interruption, unless the service may be making a change. */
  function limitOf(method: RestRequest['method']): AbortSignal {
    const limit = timeoutSignal(timeoutMs);
    // What is asked after an interruption needs an answer: whether maintenance is on.
    return method === 'PATCH' || interrupted.aborted ? limit : AbortSignal.any([limit, interrupted]);
  }

  return async (request) => {
    let mayBeDone = false;
    for (let tried = 1; ; tried += 1) {
      const answer = await send(request);
      if (answer instanceof SwitchError || answer.status >= 500) mayBeDone = true;
      const wait = waitAfter(answer, tried);
      if (wait === undefined || tried === mostTries || interrupted.aborted) {
        if (answer instanceof SwitchError) throw answer;
        if (answer.status >= 300) throw errorOfAnswer(answer, mayBeDone, token);
        return parse(answer.text);
      }
      await sleepUnlessAborted(wait, { sleep, interrupted });
    }
  };

  /** How long to wait before the next attempt; `undefined` when a retry would not help or the wait would be too long. */
  function waitAfter(answer: RestAnswer | SwitchError, tried: number): number | undefined {
    if (answer instanceof SwitchError || answer.status >= 500) return backOff(tried, random());
    if (answer.status !== 429) return undefined;
    const asked = readRetryTime(answer.headers, now()) ?? backOff(tried + 1, 0);
    return asked > longestWaitMs ? undefined : asked + random() * 1000;
  }

  function parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `${baseUri} answered with something other than JSON. Check --base-uri.`;
      throw new SwitchError('failed', message, { cause, mayBeDone: true });
    }
  }
}

/** 0.25 s, 0.5 s, 1 s, ... plus up to the same again as jitter, so that clients do not retry at the same time. */
function backOff(tried: number, jitter: number): number {
  return 250 * 2 ** (tried - 1) * (1 + jitter);
}

function describeNoAnswer(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { message, code } = (cause.cause ?? {}) as Partial<Record<'message' | 'code', unknown>>;
  const what = typeof message === 'string' && message ? message : cause.message;
  if (certificateFaults.includes(code))
    return `${what}. Name the certificate of the authority that signed it with NODE_EXTRA_CA_CERTS=FILE`;
  if (message === 'unexpected redirect') return 'it redirects to another address. Check --base-uri';
  return what;
}

/** Codes of certificates that a proxy or a company has signed itself. */
const certificateFaults: readonly unknown[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

const refusals: Readonly<Record<number, readonly [SwitchFailure, string]>> = {
  400: ['invalid', 'The service refused the request'],
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
  409: ['conflict', 'The change conflicts with another one'],
  422: ['invalid', 'The service could not apply the change'],
  429: [
    'rate-limited',
    'The service limits the rate of requests, and asks to wait for too long. Run again later',
  ],
};

/** Why a service refused: what to do, and the message of the service. */
function errorOfAnswer(
  { status, text }: { readonly status: number; readonly text: string },
  mayBeDone: boolean,
  token: string,
): SwitchError {
  const [failure, advice] = refusals[status] ?? ['failed', 'The service failed'];
  const said = readMessage(text, token);
  return new SwitchError(failure, `${advice} (${status}${said && `: ${said}`}).`, { mayBeDone });
}

/** The message of the service, without the access token, which a service or a proxy may repeat. */
function readMessage(text: string, token: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message !== 'string') return '';
    return escapeText(holdsSecret(message, token) ? message.replaceAll(token, '…') : message);
  } catch {
    return '';
  }
}

/**
 * How long a service that limits the rate of requests asks to wait, in milliseconds: by `Retry-After`, in seconds or as a date
 * (RFC 9110, 10.2.3), or by LaunchDarkly's `X-Ratelimit-Reset`, in epoch milliseconds. Never less than 0. The clock of this machine may be
 * wrong, so a time counts from the `Date` of the answer.
 */
function readRetryTime(headers: Headers, now: number): number | undefined {
  const after = headers.get('retry-after')?.trim();
  const reset = headers.get('x-ratelimit-reset')?.trim();
  const sent = Date.parse(headers.get('date') ?? '');
  const start = Number.isFinite(sent) ? sent : now;
  const waits = [
    after && /^\d+$/.test(after) ? Number(after) * 1000 : NaN,
    after ? Date.parse(after) - start : NaN,
    reset && /^\d+$/.test(reset) ? Number(reset) - start : NaN,
  ];
  const wait = waits.find((ms) => Number.isFinite(ms));
  return wait === undefined ? undefined : Math.max(wait, 0);
}
