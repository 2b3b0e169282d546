import type { MaintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import { checkRefusalOptions } from './checkOptions.js';
import { createServerReporter } from './createServerReporter.js';
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
 * whichever `Accept` prefers. `createMaintenanceHandler` does this by itself. It never rejects: options that make no sense are told to
 * `onError` (default `console.error`), and the refusal is the built-in one.
 *
 * @example
 * if (!search.canRead) return respond(request, search, { label: 'Search' });
 */
export async function respond(
  request: Request,
  state: Maintenance,
  options: RespondOptions = {},
): Promise<Response> {
  const { method, headers } = request;
  const refused = { method, header: (name: string) => headers.get(name) };
  const { label = state.feature, plural = false, locale, ...refusal } = usable(options);
  return toResponse(await createRefusalComposer(refusal).compose(refused, state, { label, plural }, locale));
}

/** The options, or none when they make no sense: this is the moment of the maintenance, too late for an error. */
function usable(options: RespondOptions): RespondOptions {
  try {
    checkRefusalOptions(options);
    return options;
  } catch (error) {
    const { onError = console.error } = (options ?? {}) as RespondOptions;
    // Made by checkRefusalOptions, which throws nothing else.
    createServerReporter(onError).once(error as MaintenanceError);
    return {};
  }
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
