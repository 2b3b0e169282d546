import { createSource, type FlagSource, type SourceStatus } from '../core/FlagSource.js';
import { readTypedFlag, type FlagType, type TypedAnswer } from '../core/readTypedFlag.js';

// The SDK has its own types for JSON values, events, their details and hooks.
/* eslint-disable @typescript-eslint/no-explicit-any */
/** The part of an OpenFeature web client that is used: the client of `@openfeature/web-sdk`, or of an SDK that builds on it. */
export interface OpenFeatureClient {
  getBooleanDetails(flag: string, defaultValue: boolean, options?: { hooks?: any[] }): TypedAnswer;
  getStringDetails(flag: string, defaultValue: string, options?: { hooks?: any[] }): TypedAnswer;
  getObjectDetails(flag: string, defaultValue: any, options?: { hooks?: any[] }): TypedAnswer;
  readonly providerStatus: string;
  readonly metadata: { readonly providerMetadata: { readonly name: string } };
  addHandler(event: any, handler: (details?: any) => void): void;
  removeHandler(event: any, handler: (details?: any) => void): void;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

// There is nothing to read now. The flag itself is not wrong.
const unready = ['PROVIDER_NOT_READY', 'PROVIDER_FATAL'];

// The SDK's own provider, until the app sets one. It is ready once the app has set a context, and answers with defaults.
const noProvider = 'No-op Provider';

/**
 * Reads flags from an OpenFeature web client, with any provider. It evaluates a flag once per change, not per render. It follows changes of
 * the provider's configuration, of the context, and of the provider.
 *
 * OpenFeature reads a flag by its type. This source asks for a boolean first. If that is refused or `true`, it also asks for an object and a
 * text. An object takes precedence over a text, and both over `true`. So a toggle that is on or off and carries a value (Unleash, Flagsmith)
 * is read as its value while it is on. Once a flag has answered to one type only, it is asked for that type only.
 *
 * A context with another `targetingKey` is another person. The flags of the previous person are dropped when the provider is told, not when
 * it has answered, and stay dropped if it fails. Without `targetingKey`, the person is `key`, `userId` or `id`, as for some providers.
 *
 * @example
 * const source = openFeatureSource(OpenFeature.getClient());
 * <MaintenanceProvider source={source} features={features}>
 */
export function openFeatureSource(client: OpenFeatureClient): FlagSource {
  /** What reading a flag returns or throws, until something changes. */
  const values = new Map<string, () => unknown>();
  const typeOf = new Map<string, FlagType | undefined>();
  let status: SourceStatus = { state: 'pending' };
  const { source, tell: tellListeners } = createSource(status, listen);
  const options = { hooks: [{ before: (evaluation: { context: unknown }) => meet(evaluation.context) }] };
  const handlers: Record<string, (details?: { message?: string; flagsChanged?: readonly string[] }) => void> =
    {
      PROVIDER_READY() {
        // Some providers report that they recovered before they have read the flags of the next person.
        if (awaited === 'pending') return;
        renew();
        // The SDK reports a provider without `initialize` before it replaces the previous one.
        const { providerMetadata } = client.metadata;
        queueMicrotask(() => {
          if (client.metadata.providerMetadata !== providerMetadata) renew();
        });
      },
      PROVIDER_CONTEXT_CHANGED() {
        // Some providers report that they failed, and then that they are done. They still have the flags of the previous person.
        if (awaited !== 'failed') renew();
      },
      PROVIDER_CONFIGURATION_CHANGED(details) {
        // While another person's flags are read, these may be those of the previous person.
        if (awaited === 'pending') return;
        // It has news from its service, even if the SDK still reports it as stale or failed: not every provider says `ready` then.
        answered = true;
        recovered = true;
        const changed = details?.flagsChanged;
        if (!changed || awaited) return renew();
        for (const flag of changed) values.delete(flag);
        tell(changed.length === 1 ? changed[0] : undefined);
      },
      PROVIDER_RECONCILING() {
        lookAtContext();
        // For the same person, the known flags stay until the answer.
        if (answered) return;
        awaited = 'pending';
        tell();
      },
      PROVIDER_STALE(details) {
        if (evaluating) return;
        // A provider may report this when it starts to ask for another person.
        if (lookAtContext()) awaited = 'pending';
        else if (awaited) awaited = 'failed';
        recovered = false;
        tell(undefined, details?.message);
      },
      PROVIDER_ERROR(details) {
        // Some providers report an error whenever they are asked for a flag that they do not have, or that has another type. They must not be
        // asked again for that, and their other flags are as fresh as before. The SDK keeps them as failed.
        if (evaluating) return void (recovered ||= status.state === 'ready');
        if (lookAtContext() || awaited) awaited = 'failed';
        recovered = false;
        tell(undefined, details?.message);
      },
    };
  /** Whether there are flags that stay while the provider has no new ones. */
  let answered = false;
  /** Whether new flags came after the provider was last stale or failed. */
  let recovered = false;
  /** Whose flags are read; `undefined` before the first evaluation. */
  let user: unknown;
  /** The status while the provider still has the flags of the previous person: those of another person were asked for, or that failed. */
  let awaited: 'pending' | 'failed' | undefined;
  /** A flag that the provider has, and a type that it answered to, to evaluate only to see the context. */
  let known: { readonly flag: string; readonly type: FlagType } | undefined;
  let evaluating = false;

  function readStatus(error?: unknown): SourceStatus {
    const state =
      awaited ??
      (client.metadata.providerMetadata.name === noProvider
        ? 'pending'
        : stateOf(client.providerStatus, answered, recovered));
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

  /** Any value may have changed. */
  function renew(): void {
    lookAtContext();
    awaited = undefined;
    values.clear();
    typeOf.clear();
    tell();
  }

  /** Returns whether the person has changed. Only hooks see the context, and only during an evaluation. */
  function lookAtContext(): boolean {
    const before = user;
    // Before the first evaluation nothing is known. By a wrong type, some providers would report an error, which would lead here again.
    if (known && before !== undefined) ask(known.type, known.flag);
    return before !== undefined && before !== user;
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
    // The SDK calls handlers at once if the provider is ready. Nobody is subscribed yet.
    for (const [event, handle] of Object.entries(handlers)) client.addHandler(event, handle);
    return () => {
      for (const [event, handle] of Object.entries(handlers)) client.removeHandler(event, handle);
      // No changes are reported from now on.
      values.clear();
      awaited = undefined;
    };
  }

  function ask(type: FlagType, flag: string): TypedAnswer {
    evaluating = true;
    try {
      if (type === 'boolean') return client.getBooleanDetails(flag, false, options);
      if (type === 'string') return client.getStringDetails(flag, '', options);
      return client.getObjectDetails(flag, {}, options);
    } finally {
      evaluating = false;
    }
  }

  function evaluate(flag: string): () => unknown {
    try {
      const reading = readTypedFlag(flag, typeOf.get(flag));
      let step = reading.next();
      while (!step.done) {
        const answer = ask(step.value, flag);
        if (unready.includes(answer.errorCode ?? '')) return () => undefined;
        if (!answer.errorCode) known = { flag, type: step.value };
        step = reading.next(answer);
      }
      const { only, value } = step.value;
      typeOf.set(flag, only);
      return () => value;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  /** Before the provider has answered for this person, it has only defaults. */
  function isSilent(): boolean {
    return ['pending', 'failed'].includes(readStatus().state);
  }

  return {
    ...source,
    get(flag) {
      if (isSilent()) return undefined;
      if (!values.has(flag)) {
        const value = evaluate(flag);
        // The evaluation may have shown that the context is another person's, whose flags the provider does not have yet.
        if (isSilent()) return undefined;
        values.set(flag, value);
      }
      return values.get(flag)?.();
    },
    status: () => readStatus(),
    user: () => user,
  };
}

/** The person of a context; `null` if it names nobody. */
function userOf(context: unknown): unknown {
  const { targetingKey, key, userId, id } = (context ?? {}) as Record<string, unknown>;
  return targetingKey ?? key ?? userId ?? id ?? null;
}

/** `answered`: whether it was ready before, so that its flags stay. `recovered`: whether it has had new flags since it was stale or failed. */
function stateOf(providerStatus: string, answered: boolean, recovered: boolean): SourceStatus['state'] {
  if (providerStatus === 'READY') return 'ready';
  if (recovered && (providerStatus === 'STALE' || providerStatus === 'ERROR')) return 'ready';
  // Another context is being read. The known flags stay until then.
  if (providerStatus === 'RECONCILING') return answered ? 'ready' : 'pending';
  if (providerStatus === 'NOT_READY') return answered ? 'stale' : 'pending';
  return answered || providerStatus === 'STALE' ? 'stale' : 'failed';
}
