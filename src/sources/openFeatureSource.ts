import { createSource, type FlagSource, type SourceStatus } from '../core/FlagSource.js';
import { readTypedFlag, type FlagType, type TypedAnswer } from '../core/readTypedFlag.js';

// The SDK has types of its own for JSON values, events, what they tell, and hooks.
/* eslint-disable @typescript-eslint/no-explicit-any */
/** What is used of an OpenFeature web client: that of `@openfeature/web-sdk`, and of the SDKs that build on it, fits. */
export interface OpenFeatureClient {
  getBooleanDetails(flag: string, defaultValue: boolean, options?: { hooks?: any[] }): TypedAnswer;
  getStringDetails(flag: string, defaultValue: string, options?: { hooks?: any[] }): TypedAnswer;
  getObjectDetails(flag: string, defaultValue: any, options?: { hooks?: any[] }): TypedAnswer;
  readonly providerStatus: string;
  readonly metadata: { readonly providerMetadata: object };
  addHandler(event: any, handler: (details?: any) => void): void;
  removeHandler(event: any, handler: (details?: any) => void): void;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

// There is nothing to read now, which is no fault of the flag.
const unready = ['PROVIDER_NOT_READY', 'PROVIDER_FATAL'];

/**
 * Reads flags from an OpenFeature web client, whatever the provider. It evaluates a flag once per change, not per render, and follows
 * the provider's configuration, another context, and another provider.
 *
 * OpenFeature makes one ask for the type of a flag. This asks for a boolean first, and when that is refused or is "on", for an object and a
 * text too: an object counts before a text, and both before `true`. So a toggle that is on or off and carries a value (Unleash, Flagsmith)
 * is read as its value while it is on. A flag of one type is asked for that type only, from then on.
 *
 * A context with another `targetingKey` is another person: what was known of the one before is dropped when the provider is told, not when it has
 * answered, and stays dropped when it fails. Without `targetingKey`, what some providers take instead counts: `key`, `userId` or `id`.
 *
 * @example
 * const source = openFeatureSource(OpenFeature.getClient());
 * <MaintenanceProvider source={source} features={features}>
 */
export function openFeatureSource(client: OpenFeatureClient): FlagSource {
  const values = new Map<string, unknown>();
  const typeOf = new Map<string, FlagType | undefined>();
  let status: SourceStatus = { state: 'pending' };
  const { source, tell: tellListeners } = createSource(status, listen);
  const options = { hooks: [{ before: (evaluation: { context: unknown }) => meet(evaluation.context) }] };
  const handlers: Record<string, (details?: { message?: string; flagsChanged?: readonly string[] }) => void> =
    {
      PROVIDER_READY() {
        // Some providers call themselves recovered before they have read the flags of the next person.
        if (awaited === 'asked') return;
        renew();
        // The SDK tells of a provider without `initialize` before it puts it in the place of the one before.
        const { providerMetadata } = client.metadata;
        queueMicrotask(() => {
          if (client.metadata.providerMetadata !== providerMetadata) renew();
        });
      },
      PROVIDER_CONTEXT_CHANGED() {
        // Some providers report that they failed, and then that they are done: they still have the flags of the person before.
        if (awaited !== 'failed') renew();
      },
      PROVIDER_CONFIGURATION_CHANGED(details) {
        // While another person's flags are read, these may be those of the one before.
        if (awaited === 'asked') return;
        // It has flags, even where the SDK still counts it as failed.
        answered = true;
        const changed = details?.flagsChanged;
        if (!changed || awaited) return renew();
        for (const flag of changed) values.delete(flag);
        tell(changed.length === 1 ? changed[0] : undefined);
      },
      PROVIDER_RECONCILING() {
        lookAtContext();
        // For the same person what is known holds until the answer.
        if (answered) return;
        awaited = 'asked';
        tell();
      },
      PROVIDER_STALE(details) {
        // A provider may say so as it begins to ask for another person.
        if (lookAtContext()) awaited = 'asked';
        else if (awaited) awaited = 'failed';
        tell(undefined, details?.message);
      },
      PROVIDER_ERROR(details) {
        if (lookAtContext() || awaited) awaited = 'failed';
        tell(undefined, details?.message);
      },
    };
  /** Whether something is known that holds while the provider has nothing new to say. */
  let answered = false;
  /** Whose flags are read; `undefined` before the first evaluation. */
  let user: unknown;
  /** While the flags of another person were asked for, and the provider has only those of the one before. */
  let awaited: 'asked' | 'failed' | undefined;
  /** A flag to ask for when it is about the context alone. */
  let anyFlag: string | undefined;

  function readStatus(error?: unknown): SourceStatus {
    const state = awaited
      ? awaited === 'asked'
        ? 'pending'
        : 'failed'
      : stateOf(client.providerStatus, answered);
    answered ||= state === 'ready';
    if (state === status.state) return status;
    return (status = {
      state,
      ...(state === 'stale' && { since: Date.now() }),
      ...(state === 'failed' && error !== undefined && { error }),
    });
  }

  function tell(flag?: string, error?: unknown): void {
    tellListeners(flag, readStatus(error));
  }

  /** Any value may be another one now. */
  function renew(): void {
    lookAtContext();
    awaited = undefined;
    values.clear();
    typeOf.clear();
    tell();
  }

  /** True when it is about another person. Only an evaluation shows the context, and to hooks alone. */
  function lookAtContext(): boolean {
    const known = user;
    // Before the first evaluation nothing is known of anybody.
    if (anyFlag !== undefined && known !== undefined) client.getBooleanDetails(anyFlag, false, options);
    return known !== undefined && known !== user;
  }

  function meet(context: unknown): void {
    const next = userOf(context);
    const another = user !== undefined && next !== user;
    user = next;
    if (!another) return;
    values.clear();
    typeOf.clear();
    answered = false;
  }

  function listen(): () => void {
    // The SDK calls handlers at once when the provider is ready: nobody is subscribed yet.
    for (const [event, handle] of Object.entries(handlers)) client.addHandler(event, handle);
    return () => {
      for (const [event, handle] of Object.entries(handlers)) client.removeHandler(event, handle);
      // Nobody tells of changes now.
      values.clear();
      awaited = undefined;
    };
  }

  function ask(type: FlagType, flag: string): TypedAnswer {
    if (type === 'boolean') return client.getBooleanDetails(flag, false, options);
    if (type === 'string') return client.getStringDetails(flag, '', options);
    return client.getObjectDetails(flag, {}, options);
  }

  function evaluate(flag: string): unknown {
    const reading = readTypedFlag(flag, typeOf.get(flag));
    let step = reading.next();
    while (!step.done) {
      const answer = ask(step.value, flag);
      if (unready.includes(answer.errorCode ?? '')) return undefined;
      step = reading.next(answer);
    }
    typeOf.set(flag, step.value.only);
    return step.value.value;
  }

  /** Before the provider has answered, for this person, it has nothing but defaults. */
  function isSilent(): boolean {
    return ['pending', 'failed'].includes(readStatus().state);
  }

  return {
    ...source,
    get(flag) {
      anyFlag ??= flag;
      if (isSilent()) return undefined;
      if (!values.has(flag)) {
        const value = evaluate(flag);
        // The evaluation may have shown that the context is another person's, whom the provider does not know yet.
        if (isSilent()) return undefined;
        values.set(flag, value);
      }
      return values.get(flag);
    },
    status: () => readStatus(),
    user: () => user,
  };
}

/** The person of a context; `null` for nobody in particular. */
function userOf(context: unknown): unknown {
  const { targetingKey, key, userId, id } = (context ?? {}) as Record<string, unknown>;
  return targetingKey ?? key ?? userId ?? id ?? null;
}

/** `answered`: whether it was ready before, so that what it said then holds. */
function stateOf(providerStatus: string, answered: boolean): SourceStatus['state'] {
  if (providerStatus === 'READY') return 'ready';
  // Another context is being read: what is known holds until it was.
  if (providerStatus === 'RECONCILING') return answered ? 'ready' : 'pending';
  if (providerStatus === 'NOT_READY') return answered ? 'stale' : 'pending';
  return answered || providerStatus === 'STALE' ? 'stale' : 'failed';
}
