import type { FlagSource, SourceStatus } from '../../core/FlagSource.js';

interface Details {
  readonly value: unknown;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** What is used of an OpenFeature web client: that of `@openfeature/web-sdk`, and of the SDKs that build on it, fits. */
export interface OpenFeatureClient {
  getBooleanDetails(flag: string, defaultValue: boolean): Details;
  getStringDetails(flag: string, defaultValue: string): Details;
  // The SDK's own type of a JSON value is its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  getObjectDetails(flag: string, defaultValue: any): Details;
  readonly providerStatus: string;
  // The SDK names its events and what they tell by types of its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  addHandler(event: any, handler: (details?: any) => void): void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  removeHandler(event: any, handler: (details?: any) => void): void;
}

type Kind = 'boolean' | 'object' | 'string';

const kinds: readonly Kind[] = ['boolean', 'object', 'string'];

// After these any value may be another one; the rest of the events is about the connection only.
const renewing = ['PROVIDER_READY', 'PROVIDER_CONTEXT_CHANGED'];
const troubling = ['PROVIDER_ERROR', 'PROVIDER_STALE'];

// With these there is nothing to read, which is no fault of the flag.
const unknowing = ['FLAG_NOT_FOUND', 'PROVIDER_NOT_READY', 'PROVIDER_FATAL'];

/**
 * Reads flags from an OpenFeature web client, whatever the provider. OpenFeature asks for the type of a flag; this asks again
 * when a flag has another one, and remembers. It evaluates a flag once per change, not per render, and follows the provider's
 * configuration, another context, and another provider.
 *
 * @example
 * const source = openFeatureSource(OpenFeature.getClient());
 * <MaintenanceProvider source={source} features={features}>
 */
export function openFeatureSource(client: OpenFeatureClient): FlagSource {
  const values = new Map<string, unknown>();
  const kindOf = new Map<string, Kind>();
  const listeners = new Set<(flag?: string) => void>();
  let status: SourceStatus = { state: 'pending' };
  let answered = false;

  function readStatus(error?: unknown): SourceStatus {
    const state = stateOf(client.providerStatus, answered);
    answered ||= state === 'ready';
    if (state !== status.state) {
      status = {
        state,
        ...(state === 'stale' && { since: Date.now() }),
        ...(state === 'failed' && error !== undefined && { error }),
      };
    }
    return status;
  }

  function tell(flag?: string): void {
    for (const listener of [...listeners]) listener(flag);
  }

  function renew(): void {
    values.clear();
    readStatus();
    tell();
  }

  function trouble(details?: { message?: string }): void {
    readStatus(details?.message);
    tell();
  }

  function change(details?: { flagsChanged?: readonly string[] }): void {
    const changed = details?.flagsChanged;
    if (!changed) return renew();
    for (const flag of changed) values.delete(flag);
    tell(changed.length === 1 ? changed[0] : undefined);
  }

  function follow(): void {
    for (const event of renewing) client.addHandler(event, renew);
    for (const event of troubling) client.addHandler(event, trouble);
    client.addHandler('PROVIDER_CONFIGURATION_CHANGED', change);
  }

  function unfollow(): void {
    for (const event of renewing) client.removeHandler(event, renew);
    for (const event of troubling) client.removeHandler(event, trouble);
    client.removeHandler('PROVIDER_CONFIGURATION_CHANGED', change);
    // Nobody tells of changes now.
    values.clear();
  }

  function listen(listener: (flag?: string) => void): () => void {
    // First those handlers that the SDK calls at once because the provider is ready.
    if (!listeners.size) follow();
    listeners.add(listener);
    return () => {
      if (listeners.delete(listener) && !listeners.size) unfollow();
    };
  }

  function evaluate(flag: string): unknown {
    const known = kindOf.get(flag) ?? 'boolean';
    for (const kind of [known, ...kinds.filter((kind) => kind !== known)]) {
      const { value, errorCode, errorMessage } = ask(client, kind, flag);
      if (!errorCode) {
        kindOf.set(flag, kind);
        return value;
      }
      if (unknowing.includes(errorCode)) return undefined;
      if (errorCode !== 'TYPE_MISMATCH') {
        throw new Error(`OpenFeature says ${errorCode}${errorMessage ? `: ${errorMessage}` : ''}`);
      }
    }
    throw new Error('it is neither a boolean nor an object nor a string');
  }

  return {
    get(flag) {
      // Before that OpenFeature has nothing but defaults.
      if (['pending', 'failed'].includes(readStatus().state)) return undefined;
      if (!values.has(flag)) values.set(flag, evaluate(flag));
      return values.get(flag);
    },
    subscribe: (_flags, onChange) => listen((flag) => onChange(flag)),
    status: () => readStatus(),
    subscribeStatus(onStatus) {
      let told = status;
      return listen(() => {
        if (told !== status) onStatus();
        told = status;
      });
    },
  };
}

function ask(client: OpenFeatureClient, kind: Kind, flag: string): Details {
  if (kind === 'boolean') return client.getBooleanDetails(flag, false);
  if (kind === 'string') return client.getStringDetails(flag, '');
  return client.getObjectDetails(flag, {});
}

/** `answered`: whether it was ready before, so that what it said then holds. */
function stateOf(providerStatus: string, answered: boolean): SourceStatus['state'] {
  if (providerStatus === 'READY') return 'ready';
  // Another context is being read: what is known holds until it was.
  if (providerStatus === 'RECONCILING') return answered ? 'ready' : 'pending';
  if (providerStatus === 'NOT_READY') return answered ? 'stale' : 'pending';
  return answered || providerStatus === 'STALE' ? 'stale' : 'failed';
}
