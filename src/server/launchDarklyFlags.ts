import { checkClient, checkFunction, type ReadFlags } from './options.js';

/** What is used of the details of an evaluation. */
interface Detail {
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

/** What is used of a LaunchDarkly server client. Those of `@launchdarkly/node-server-sdk` and of the edge SDKs fit. */
export interface LaunchDarklyServerClient<C> {
  variationDetail(flag: string, context: C, defaultValue: unknown): Promise<Detail>;
  initialized?(): boolean;
  waitForInitialization?(options?: { timeout: number }): Promise<unknown>;
}

/**
 * Reads flags from a LaunchDarkly server client: those that are needed, for the context of the request, as LaunchDarkly
 * counts evaluations. Until the client has its flags it waits; the handler's deadline bounds that. A flag that does not exist is no
 * maintenance; any other error, such as a context without a key, counts as flags that cannot be read.
 *
 * @throws `invalid-option` when the client is not a LaunchDarkly client.
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
    // Whether the context is in a segment was not known: LaunchDarkly takes it for no.
    const segments = reason?.bigSegmentsStatus;
    if (segments === 'STORE_ERROR' || segments === 'NOT_CONFIGURED') {
      throw new Error(`LaunchDarkly could not look up a big segment of flag "${flag}": ${segments}`);
    }
    return value;
  }

  return async (request, flags) => {
    const context = await contextOf(request);
    // In seconds. Without a limit the client logs a warning.
    if (client.initialized?.() === false) await client.waitForInitialization?.({ timeout: 10 });
    const values = await Promise.all(flags.map((flag) => read(flag, context)));
    return Object.fromEntries(flags.map((flag, index) => [flag, values[index]]));
  };
}

function errorText(flag: string, errorKind = 'an error'): string {
  const text = `LaunchDarkly says ${errorKind} of flag "${flag}"`;
  return errorKind === 'USER_NOT_SPECIFIED'
    ? `${text}: the context is not valid. Give it a key, also for visitors who are signed out: { kind: 'user', key: 'anonymous', anonymous: true }`
    : text;
}
