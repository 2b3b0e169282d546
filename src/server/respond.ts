import type { Maintenance } from '../core/Maintenance.js';
import { createRefusalComposer, type RefusalParts } from './createRefusalComposer.js';
import type { RefusalOptions } from './RefusalOptions.js';

/** What `respond` needs beside the request and the state. */
export interface RespondOptions extends RefusalOptions {
  /** What people call the feature. Default: its key. */
  readonly label?: string | undefined;
  /** Whether the label is of many things. Default false. */
  readonly plural?: boolean | undefined;
  /** The language of the answer, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
}

/**
 * Refuses a request: 503 with `Retry-After` (RFC 9110), never stored (RFC 9111), as a page or as a problem document (RFC 9457),
 * whichever `Accept` prefers. `createMaintenanceHandler` does this by itself.
 *
 * @example
 * if (!search.canRead) return respond(request, search, { label: 'Search' });
 */
export async function respond(
  request: Request,
  state: Maintenance,
  options: RespondOptions = {},
): Promise<Response> {
  const { label = state.feature, plural = false, locale } = options;
  const { method, headers } = request;
  const refused = { method, header: (name: string) => headers.get(name) };
  return toResponse(await createRefusalComposer(options).compose(refused, state, { label, plural }, locale));
}

/** A refusal as a `Response`. */
export function toResponse({ status, headers, body }: RefusalParts): Response {
  // Before the body: it would bring a content type of its own.
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const line of [value].flat()) fields.append(name, line);
  }
  return new Response(body ?? null, { status, headers: fields });
}
