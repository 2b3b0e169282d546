import { SwitchError } from '../FlagSwitch.js';
import { sleepUnlessAborted } from '../sleepUnlessAborted.js';
import { readRefusal } from './readRefusal.js';
import { readRetryTime } from './readRetryTime.js';

export interface RestClientOptions {
  /** As `https://app.launchdarkly.com`; a path in it comes before every path. */
  readonly baseUri: string;
  /** The value of `Authorization`. It is never part of a message. */
  readonly token: string;
  /** How long one try may take, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  /** Makes what ends a try. Default `AbortSignal.timeout`. */
  readonly timeoutSignal?: (ms: number) => AbortSignal;
  /** What to say when there was no answer. */
  readonly hint?: string | undefined;
  /** Once it is aborted, nothing is waited for and nothing is tried a second time. */
  readonly interrupted?: AbortSignal;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly now?: () => number;
  /** 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

interface RestRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** Sends a request and gives the JSON of the answer. @throws SwitchError */
export type RestClient = (request: RestRequest) => Promise<unknown>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const mostTries = 4;
const longestWaitMs = 60_000;

/**
 * A client of LaunchDarkly's REST API, or of whatever speaks it. It waits out rate limits by the times that the service names, tries
 * again when there was no answer or the service failed, and gives each refusal a message of its own. All that it is used for may be
 * asked twice.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  const { baseUri, token, timeoutMs = 10_000, now = Date.now, random = Math.random } = options;
  const { interrupted = new AbortController().signal } = options;
  const timeoutSignal = options.timeoutSignal ?? ((ms) => AbortSignal.timeout(ms));
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  async function send({
    method,
    path,
    body,
    contentType = 'application/json',
  }: RestRequest): Promise<Answer | SwitchError> {
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
        signal: timeoutSignal(timeoutMs),
      });
      // Read here, so that an answer that breaks off counts as none.
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      const hint = options.hint === undefined ? '' : ` ${options.hint}`;
      return new SwitchError(
        'unreachable',
        `${baseUri} did not answer: ${reasonOf(cause, timeoutMs)}.${hint}`,
        {
          cause,
          mayBeDone: true,
        },
      );
    }
  }

  return async (request) => {
    let mayBeDone = false;
    for (let tried = 1; ; tried += 1) {
      const answer = await send(request);
      if (answer instanceof SwitchError || answer.status >= 500) mayBeDone = true;
      const wait = waitAfter(answer, tried);
      if (wait === undefined || tried === mostTries || interrupted.aborted) {
        if (answer instanceof SwitchError) throw answer;
        if (answer.status >= 300) throw readRefusal(answer, mayBeDone);
        return parse(answer.text);
      }
      await sleepUnlessAborted(wait, { sleep, interrupted });
    }
  };

  /** How long to wait before the next try, `undefined` when there is none: it would not help, or the wait is too long. */
  function waitAfter(answer: Answer | SwitchError, tried: number): number | undefined {
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

/** 0.25 s, 0.5 s, 1 s, ... and up to as much again, so that not everybody comes back at once. */
function backOff(tried: number, jitter: number): number {
  return 250 * 2 ** (tried - 1) * (1 + jitter);
}

function reasonOf(cause: unknown, timeoutMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return cause.cause instanceof Error && cause.cause.message ? cause.cause.message : cause.message;
}
