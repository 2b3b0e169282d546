import { readTypedFlag, type FlagType, type TypedAnswer } from '../core/readTypedFlag.js';
import { checkClient, checkFunction, type ReadFlags } from './options.js';

interface Details extends TypedAnswer {
  readonly reason?: string | undefined;
}

/** What is used of an OpenFeature server client: that of `@openfeature/server-sdk` fits. */
export interface OpenFeatureServerClient<C> {
  getBooleanDetails(flag: string, defaultValue: boolean, context: C): Promise<Details>;
  getStringDetails(flag: string, defaultValue: string, context: C): Promise<Details>;
  // The SDK's own type of a JSON value is its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  getObjectDetails(flag: string, defaultValue: any, context: C): Promise<Details>;
}

/**
 * Reads flags from an OpenFeature server client, with any provider. A flag that does not exist is no maintenance; any other error, and no
 * provider at all, count as flags that cannot be read.
 *
 * OpenFeature makes one ask for the type of a flag. This asks for a boolean first, and when that is refused or is "on", for an object and a
 * text too: an object counts before a text, and both before `true`. So a toggle that is on or off and carries a value (Unleash, Flagsmith)
 * is read as its value while it is on. A flag of one type is asked for that type only, from then on.
 *
 * @throws `invalid-option` when the client is not an OpenFeature client.
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
  const typeOf = new Map<string, FlagType | undefined>();

  function ask(type: FlagType, flag: string, context: C): Promise<Details> {
    if (type === 'boolean') return client.getBooleanDetails(flag, false, context);
    if (type === 'string') return client.getStringDetails(flag, '', context);
    return client.getObjectDetails(flag, {}, context);
  }

  async function read(flag: string, context: C): Promise<unknown> {
    const reading = readTypedFlag(flag, typeOf.get(flag));
    let step = reading.next();
    while (!step.done) {
      const details = await ask(step.value, flag, context);
      step = reading.next({ ...details, errorCode: errorOf(details) });
    }
    typeOf.set(flag, step.value.only);
    return step.value.value;
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
