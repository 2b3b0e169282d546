import { checkClient, checkFunction } from './checkOptions.js';
import type { ReadFlags } from './MaintenanceHandlerOptions.js';

interface Details {
  readonly value: unknown;
  readonly reason?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** What is used of an OpenFeature server client: that of `@openfeature/server-sdk` fits. */
export interface OpenFeatureServerClient<C> {
  getBooleanDetails(flag: string, defaultValue: boolean, context: C): Promise<Details>;
  getStringDetails(flag: string, defaultValue: string, context: C): Promise<Details>;
  // The SDK's own type of a JSON value is its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  getObjectDetails(flag: string, defaultValue: any, context: C): Promise<Details>;
}

type Kind = 'boolean' | 'object' | 'string';

/**
 * Reads flags from an OpenFeature server client, whatever the provider. OpenFeature asks for the type of a flag; this asks again
 * when a flag has another one, and remembers. A flag that does not exist is no maintenance; any other error, and no provider at all, count
 * as flags that cannot be read.
 *
 * @throws `invalid-option` for what is no client.
 * @example
 * readFlags: openFeatureFlags(OpenFeature.getClient(), (request) => ({ targetingKey: userOf(request) ?? 'anonymous' }))
 */
export function openFeatureFlags<R, C>(
  client: OpenFeatureServerClient<C>,
  contextOf: (request: R) => C | Promise<C>,
): ReadFlags<R> {
  const methods = ['getBooleanDetails', 'getStringDetails', 'getObjectDetails'];
  checkClient('openFeatureFlags', client, methods, "OpenFeature's server SDK");
  checkFunction('contextOf', contextOf);
  const kinds = new Map<string, Kind>();

  function ask(kind: Kind, flag: string, context: C): Promise<Details> {
    if (kind === 'boolean') return client.getBooleanDetails(flag, false, context);
    if (kind === 'string') return client.getStringDetails(flag, '', context);
    return client.getObjectDetails(flag, {}, context);
  }

  async function read(flag: string, context: C): Promise<unknown> {
    const known = kinds.get(flag) ?? 'boolean';
    const others = (['boolean', 'object', 'string'] as const).filter((kind) => kind !== known);
    for (const kind of [known, ...others]) {
      const details = await ask(kind, flag, context);
      const { value, errorMessage } = details;
      const errorCode = errorOf(details);
      if (!errorCode) {
        kinds.set(flag, kind);
        return value;
      }
      if (errorCode === 'FLAG_NOT_FOUND') return undefined;
      if (errorCode !== 'TYPE_MISMATCH') {
        throw new Error(
          `OpenFeature says ${errorCode} of flag "${flag}"${errorMessage ? `: ${errorMessage}` : ''}`,
        );
      }
    }
    throw new Error(`flag "${flag}" is neither a boolean nor a string nor an object`);
  }

  return async (request, flags) => {
    const context = await contextOf(request);
    const values = await Promise.all(flags.map((flag) => read(flag, context)));
    return Object.fromEntries(flags.map((flag, index) => [flag, values[index]]));
  };
}

/** The code of an error; `undefined` for an answer. */
function errorOf({ errorCode, reason }: Details): string | undefined {
  if (errorCode) return errorCode;
  // A provider may say so in its reason alone.
  if (reason === 'ERROR') return 'an error without a code';
  // The SDK answers with the default value while no provider is set.
  return reason === 'No-op' ? 'that no provider is set' : undefined;
}
