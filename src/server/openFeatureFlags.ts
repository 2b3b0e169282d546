import { readTypedFlag, type FlagType, type TypedAnswer } from '../core/readTypedFlag.js';
import { checkClient, checkFunction, type ReadFlags } from './options.js';

interface EvaluationDetails extends TypedAnswer {
  readonly reason?: string | undefined;
}

/** The part of an OpenFeature server client that is used, such as the client of `@openfeature/server-sdk`. */
export interface OpenFeatureServerClient<C> {
  getBooleanDetails(flag: string, defaultValue: boolean, context: C): Promise<EvaluationDetails>;
  getStringDetails(flag: string, defaultValue: string, context: C): Promise<EvaluationDetails>;
  // The SDK has its own type for JSON values.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  getObjectDetails(flag: string, defaultValue: any, context: C): Promise<EvaluationDetails>;
}

/**
 * Reads flags from an OpenFeature server client, with any provider. A flag that does not exist means no maintenance. After any other error, and
 * without a provider, the flags cannot be read.
 *
 * OpenFeature reads a flag by its type. This function asks for a boolean first. If that is refused or `true`, it also asks for an object and a
 * text. An object takes precedence over a text, and both over `true`. So a toggle that is on or off and carries a value (Unleash, Flagsmith)
 * is read as its value while it is on. Once a flag has answered to one type only, it is asked for that type only.
 *
 * @throws `invalid-option` if the client is not an OpenFeature client.
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

  function ask(type: FlagType, flag: string, context: C): Promise<EvaluationDetails> {
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

/** The code of an error. `undefined` if there is none. */
function errorOf({ errorCode, reason }: EvaluationDetails): string | undefined {
  if (errorCode) return errorCode;
  // Some providers report an error only in the reason.
  if (reason === 'ERROR') return 'an error without a code';
  // While no provider is set, the SDK answers with the default value.
  return reason === 'No-op' ? 'that no provider is set' : undefined;
}
