import { checkClient, checkFunction, type ReadFlags } from './options.js';

/** The part of the details of an evaluation that is used. */
interface EvaluationDetail {
  readonly value: unknown;
  readonly reason?:
    | {
        readonly kind: string;
        readonly errorKind?: string | undefined;
        readonly bigSegmentsStatus?: string | undefined;
      }
    | null
    | undefined;
}

/** The part of a LaunchDarkly server client that is used: of `@launchdarkly/node-server-sdk` or an edge SDK. */
export interface LaunchDarklyServerClient<C> {
  variationDetail(flag: string, context: C, defaultValue: unknown): Promise<EvaluationDetail>;
  initialized?(): boolean;
  waitForInitialization?(options?: { timeout: number }): Promise<unknown>;
}

/**
 * Reads flags from a LaunchDarkly server client, for the context of the request. It evaluates only the flags that are needed, because LaunchDarkly
 * counts evaluations. It waits until the client is initialized, at most for the handler's `timeoutMs`. A flag that does not exist means no
 * maintenance. After any other error, such as a context without a key, the flags cannot be read.
 *
 * @throws `invalid-option` if the client is not a LaunchDarkly client.
 * @example
 * readFlags: launchDarklyFlags(client, (request) => ({ kind: 'user', key: userOf(request) ?? 'anonymous' }))
 */
export function launchDarklyFlags<R, C>(
  client: LaunchDarklyServerClient<C>,
  contextOf: (request: R) => C | Promise<C>,
): ReadFlags<R> {
  checkClient('launchDarklyFlags', client, ['variationDetail'], "LaunchDarkly's server SDK");
  checkFunction('contextOf', contextOf);

  async function read(flag: string, context: C): Promise<unknown> {
    const { value, reason } = await client.variationDetail(flag, context, undefined);
    if (reason?.kind === 'ERROR') {
      if (reason.errorKind === 'FLAG_NOT_FOUND') return value;
      throw new Error(errorText(flag, reason.errorKind));
    }
    // It was not known whether the context is in a segment. LaunchDarkly assumes that it is not.
    const segments = reason?.bigSegmentsStatus;
    if (segments === 'STORE_ERROR' || segments === 'NOT_CONFIGURED') {
      throw new Error(`LaunchDarkly could not look up a big segment of flag "${flag}": ${segments}`);
    }
    return value;
  }

  return async (request, flags) => {
    const context = await contextOf(request);
    // In seconds. The client logs a warning if there is no limit.
    if (client.initialized?.() === false) await client.waitForInitialization?.({ timeout: 10 });
    const values = await Promise.all(flags.map((flag) => read(flag, context)));
    return Object.fromEntries(flags.map((flag, index) => [flag, values[index]]));
  };
}

function errorText(flag: string, errorKind = 'an error'): string {
  const text = `LaunchDarkly reports ${errorKind} for flag "${flag}"`;
  return errorKind === 'USER_NOT_SPECIFIED'
    ? `${text}: the context is not valid. It needs a key, also for visitors who are signed out: { kind: 'user', key: 'anonymous', anonymous: true }`
    : text;
}
