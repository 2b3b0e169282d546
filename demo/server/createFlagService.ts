import type { FlagRepresentation } from '../../src/flag-server/representFlag.js';
import type { PersonKey } from '../people.js';

/** The `bootstrap` data of LaunchDarkly's client-side SDK: a value per flag, and its evaluation metadata. */
type Bootstrap = Readonly<Record<string, unknown>> & { readonly $flagsState: object };

/** A client of the flag service for the demo's server. It holds the access token, which no browser receives. */
export interface FlagService {
  /** Evaluates all flags for a person, for the first render of a page. */
  bootstrap: (person: PersonKey) => Promise<Bootstrap>;
  /** Reads from the REST API what each flag serves a person now. */
  evaluate: (person: PersonKey) => Promise<Record<string, unknown>>;
  listFlags: () => Promise<FlagRepresentation[]>;
  /** Forwards a semantic patch unchanged. */
  patch: (flag: string, contentType: string, body: string) => Promise<Response>;
  /** An event stream that reports every change, without values. */
  openPing: (signal: AbortSignal) => Promise<Response>;
}

/** Creates the client of a local flag server. */
export function createFlagService(url: string, token: string): FlagService {
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(url + path, { ...init, headers: { authorization: token } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    // Our own flag server answers in this format.
    return (await response.json()) as T;
  };

  return {
    bootstrap: async (person) => {
      const context = Buffer.from(contextOf(person)).toString('base64url');
      const evaluations = await ask<Record<string, { value: unknown }>>(
        `/sdk/evalx/local/contexts/${context}`,
      );
      const values: Record<string, unknown> = {};
      const $flagsState: Record<string, object> = {};
      for (const [flag, { value, ...details }] of Object.entries(evaluations)) {
        values[flag] = value;
        $flagsState[flag] = details;
      }
      return { ...values, $flagsState, $valid: true };
    },
    evaluate: async (person) => {
      const { items } = await ask<{ items: { key: string; _value: unknown }[] }>(
        '/api/v2/projects/default/environments/local/flags/evaluate',
        { method: 'POST', body: contextOf(person) },
      );
      return Object.fromEntries(items.map(({ key, _value }) => [key, _value]));
    },
    listFlags: async () => (await ask<{ items: FlagRepresentation[] }>('/api/v2/flags/default')).items,
    patch: (flag, contentType, body) =>
      fetch(`${url}/api/v2/flags/default/${encodeURIComponent(flag)}`, {
        method: 'PATCH',
        headers: { authorization: token, 'content-type': contentType },
        body,
      }),
    openPing: (signal) => fetch(`${url}/ping/local`, { signal }),
  };
}

function contextOf(person: PersonKey): string {
  return JSON.stringify({ kind: 'user', key: person });
}
