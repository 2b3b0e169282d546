import type { Features } from '../core/defineFeatures.js';
import { describe, maintenanceError } from '../core/errors.js';
import type { FeatureKey } from '../core/Register.js';
import type { Messages } from '../react/messages.js';
import type { TestSource } from '../testing/createTestSource.js';
import type { Example } from '../testing/exampleMaintenance.js';

/** What a story, a component or the whole Storybook says under `parameters.maintenance`. */
export interface MaintenanceParameters {
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. */
  readonly features?: Features<FeatureKey> | undefined;
  /** What is in maintenance as the story starts, by feature: `true`, a mode or a window. `false` takes back what its component says. */
  readonly inMaintenance?: { readonly [feature in FeatureKey]?: unknown } | undefined;
  /** An instant, as ISO 8601 or in epoch milliseconds, at which the story's clock stands still. Default: the clock goes. */
  readonly now?: string | number | undefined;
  /** A BCP 47 tag. Default: the global `locale`, if there is one. */
  readonly locale?: string | undefined;
  /** An IANA zone. Default: the global `timeZone`, if there is one, or UTC: a story looks the same everywhere. */
  readonly timeZone?: string | undefined;
  /** Texts in place of the built-in English ones, by locale. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>> | undefined;
}

/** What the toolbar says: `story` leaves it to the story. */
export interface MaintenanceGlobals {
  /** For the features that the story names, or else for all but the site; or by feature. */
  readonly maintenance?: Choice | Readonly<Record<string, Choice>> | undefined;
  /** Minutes by which the story's clock is moved. */
  readonly maintenanceClock?: number | undefined;
}

export type Choice = 'story' | Example;

/** What is read of the context that Storybook gives to a story. */
export interface StoryContextRead {
  readonly id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly globals: Readonly<Record<string, unknown>>;
  /** From before the story was rendered; absent where an app renders its stories by itself. */
  readonly maintenance?: TestSource | undefined;
}

export function parametersOf({ parameters }: StoryContextRead): MaintenanceParameters {
  // Storybook types parameters and globals as records of anything; their shape is declared above.
  return parameters['maintenance'] ?? {};
}

export function globalsOf({ globals }: StoryContextRead): MaintenanceGlobals {
  return globals;
}

/**
 * How a story's clock goes.
 *
 * @throws `invalid-option` for a `now` that is no instant.
 */
export function clockOf(context: StoryContextRead): () => number {
  const { now } = parametersOf(context);
  const moved = Number(globalsOf(context).maintenanceClock ?? 0) * 60_000;
  if (now === undefined) return () => Date.now() + moved;
  const instant = new Date(now).getTime();
  if (Number.isNaN(instant)) {
    throw maintenanceError(
      'invalid-option',
      `parameters.maintenance.now is ${describe(now)}. It must be an instant, as "2026-11-23T14:20:00Z" or in epoch milliseconds.`,
    );
  }
  return () => instant + moved;
}

/** The same text as long as a story's clock goes the same. */
export function clockKeyOf(context: StoryContextRead): string {
  return JSON.stringify([parametersOf(context).now, globalsOf(context).maintenanceClock]);
}
