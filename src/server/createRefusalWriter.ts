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
  let written: Written = new Map();
  let count = 0;
  let writtenIn = 0;

  /** What was written of these windows in this second. */
  function recall({ windows, now: instant }: Snapshot): Map<string, RefusalParts> {
    const second = Math.floor(instant / 1000);
    if (second !== writtenIn || count >= mostRemembered) {
      written = new Map();
      count = 0;
    }
    writtenIn = second;
    let parts = written.get(windows);
    if (!parts) written.set(windows, (parts = new Map()));
    return parts;
  }

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
    return composer.compose(request, state, features[named], locale);
  }

  return {
    refusal(request, feature, snapshot) {
      if (options.page || options.retryAfter?.spreadSeconds) return compose(request, feature, snapshot);
      const recalled = recall(snapshot);
      const key = keyOf(request, feature);
      let parts = recalled.get(key);
      if (!parts) {
        const composed = compose(request, feature, snapshot);
        if (composed instanceof Promise) return composed;
        parts = composed;
        recalled.set(key, parts);
        count += 1;
      }
      return parts;
    },
    preflight: composer.preflight,
  };
}

/** By windows, which are the same object while flags say the same, and by everything else that a refusal is made from. */
type Written = Map<Snapshot['windows'], Map<string, RefusalParts>>;

function keyOf(request: RefusedRequest, feature: string): string {
  const { method } = request;
  return `${method}\n${feature}\n${request.header('accept')}\n${request.header('accept-language')}\n${request.header('origin')}`;
}
