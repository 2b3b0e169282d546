import type { Features } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createRefusalComposer, type RefusalParts, type RefusedRequest } from './createRefusalComposer.js';
import { negotiateLocale } from './negotiate.js';
import type { RefusalOptions } from './RefusalOptions.js';
import { readState } from './readStates.js';

/** Writes the refusals of an app's features. */
export interface RefusalWriter<F extends string> {
  refusal(request: RefusedRequest, feature: F, snapshot: Snapshot): RefusalParts | Promise<RefusalParts>;
  /** The answer to a preflight: it lets the refusal be read. */
  preflight(request: RefusedRequest, requestedMethod: string): RefusalParts;
}

const mostRemembered = 500;

/**
 * Makes a writer. Within a second it writes the same refusal once: while a feature is down, every tab asks the same.
 */
export function createRefusalWriter<F extends string>(
  features: Features<F>,
  options: RefusalOptions,
  now: () => number,
): RefusalWriter<F> {
  const composer = createRefusalComposer(options, now);
  const written = new Map<string, RefusalParts>();
  let writtenIn = 0;

  function compose(
    request: RefusedRequest,
    feature: F,
    snapshot: Snapshot,
  ): RefusalParts | Promise<RefusalParts> {
    const texts = features[feature].causes.flatMap((cause) => {
      const { title, message } = snapshot.windows[cause] ?? {};
      return [title, message].flatMap((text) => (typeof text === 'object' ? Object.keys(text) : []));
    });
    const locale =
      negotiateLocale(request.header('accept-language'), [...texts, ...composer.locales]) ?? 'en';
    const state = readState(features, feature, snapshot, locale);
    // For a closed site, its name; people do not know what a feature depends on.
    const named = features[state.cause].scope === 'site' ? state.cause : feature;
    return composer.compose(request, state, features[named].label, locale);
  }

  return {
    refusal(request, feature, snapshot) {
      if (options.page || options.retryAfter?.spreadSeconds) return compose(request, feature, snapshot);
      const second = Math.floor(now() / 1000);
      if (second !== writtenIn || written.size >= mostRemembered) written.clear();
      writtenIn = second;
      const key = keyOf(request, features[feature].causes, snapshot);
      let parts = written.get(key);
      if (!parts) {
        const composed = compose(request, feature, snapshot);
        if (composed instanceof Promise) return composed;
        parts = composed;
        written.set(key, parts);
      }
      return parts;
    },
    preflight: composer.preflight,
  };
}

/** Everything that a refusal is made from. */
function keyOf(request: RefusedRequest, causes: readonly string[], { windows }: Snapshot): string {
  let key = `${request.method}\n${request.header('accept')}\n${request.header('accept-language')}\n${request.header('origin')}`;
  for (const cause of causes) {
    const window = windows[cause];
    if (window) key += `\n${cause}\n${JSON.stringify(window)}`;
  }
  return `${causes[0]}\n${key}`;
}
