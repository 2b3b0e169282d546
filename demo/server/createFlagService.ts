import type { FlagRepresentation } from '../../src/flag-server/representFlag.js';
import type { PersonKey } from '../people.js';

/** What LaunchDarkly's client-side SDK takes as `bootstrap`: values by flag, and how each came about. */
type Bootstrap = Readonly<Record<string, unknown>> & { readonly $flagsState: object };

/** The flag service as the demo's own server uses it, with the token that no browser is given. */
export interface FlagService {
  /** What a person's browser would be told, for the first render of a page. */
  bootstrap: (person: PersonKey) => Promise<Bootstrap>;
  /** What each flag serves a person now, by the REST API. */
  evaluate: (person: PersonKey) => Promise<Record<string, unknown>>;
  listFlags: () => Promise<FlagRepresentation[]>;
  /** Sends a semantic patch on as it came. */
  patch: (flag: string, contentType: string, body: string) => Promise<Response>;
  /** An event stream that tells of every change and holds nothing. */
  openPing: (signal: AbortSignal) => Promise<Response>;
}

/** Makes the client of a local flag server. */
export function createFlagService(url: string, token: string): FlagService {
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(url + path, { ...init, headers: { authorization: token } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    // The flag server is ours, and its answers have this form.
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
