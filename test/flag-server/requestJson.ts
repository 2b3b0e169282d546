/** An answer of the server, its JSON read. */
export interface JsonAnswer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests look into answers of many shapes
  body: any;
}

/** What to send: `body` as JSON, or `text` as it is. A PATCH is a semantic patch unless its headers say otherwise. */
export interface JsonRequest {
  method?: string;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

/** Sends a request and reads its JSON. */
export async function requestJson(url: string, init: JsonRequest = {}): Promise<JsonAnswer> {
  const { method = 'GET', body, text, headers = {} } = init;
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    headers: { ...(method === 'PATCH' ? { 'content-type': SEMANTIC_PATCH } : {}), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: answer === '' ? undefined : JSON.parse(answer),
  };
}

/** The content type that LaunchDarkly wants for a semantic patch. */
export const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';
