import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createRefusalComposer, type RefusalParts, type RefusedRequest } from './createRefusalComposer.js';
import { negotiateLocale } from './negotiate.js';
import type { RefusalOptions } from './RefusalOptions.js';
import { readState } from './readStates.js';

/** Writes the refusals of an app's features. */
export interface RefusalWriter<F extends string> {
  /** `state` is why it is refused: the same object until something in it changes. */
  refusal(request: RefusedRequest, state: Maintenance<F>, snapshot: Snapshot): Promise<RefusalParts>;
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

  /** What was written in this second for those who prefer these languages. */
  function recall(language: string | null, instant: number): Refusal[] {
    const second = Math.floor(instant / 1000);
    if (second !== writtenIn || count >= mostRemembered) {
      written = new Map();
      count = 0;
    }
    writtenIn = second;
    let refusals = written.get(language);
    if (!refusals) written.set(language, (refusals = []));
    return refusals;
  }

  function compose(request: RefusedRequest, feature: F, snapshot: Snapshot): Promise<RefusalParts> {
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
    async refusal(request, state, snapshot) {
      const { feature } = state;
      if (options.page || options.retryAfter?.spreadSeconds) return compose(request, feature, snapshot);
      const { method } = request;
      const accept = request.header('accept');
      const origin = request.header('origin');
      const refusals = recall(request.header('accept-language'), snapshot.now);
      for (const known of refusals) {
        if (
          known.state === state &&
          known.method === method &&
          known.accept === accept &&
          known.origin === origin
        )
          return known.parts;
      }
      const parts = await compose(request, feature, snapshot);
      refusals.push({ state, method, accept, origin, parts });
      count += 1;
      return parts;
    },
    preflight: composer.preflight,
  };
}

/** A refusal, and all that it was made from but the language. Comparing these costs less than a key made of them. */
interface Refusal {
  readonly state: Maintenance;
  readonly method: string;
  readonly accept: string | null;
  readonly origin: string | null;
  readonly parts: RefusalParts;
}

/** By `Accept-Language`, in which browsers differ most. */
type Written = Map<string | null, Refusal[]>;
