import type { Features, FeatureKey } from '../core/defineFeatures.js';
import { describe, maintenanceError } from '../core/errors.js';
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

/** What was chosen in the toolbar and in the panel. */
export interface MaintenanceGlobals {
  /**
   * An example for the features that the story names, or else for all but the site; or an example by feature. Without one, the story's own
   * maintenance holds.
   */
  readonly maintenance?: Example | '' | Readonly<Record<string, Example>> | undefined;
  /** Minutes by which the story's clock is moved. */
  readonly maintenanceClock?: number | undefined;
}

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

/** The clock of a story. It can be moved while the story is shown. */
export interface StoryClock {
  readonly now: () => number;
  /** Moves it to a number of minutes from the story's own time. Returns whether that is a change. */
  readonly move: (minutes: number) => boolean;
}

/**
 * Makes the clock of a story, moved as was chosen in Storybook.
 *
 * @throws `invalid-option` for a `now` that is no instant.
 */
export function createStoryClock(context: StoryContextRead): StoryClock {
  const own = ownClockOf(context);
  let moved = clockMinutesOf(context);
  return {
    now: () => own() + moved * 60_000,
    move(minutes) {
      const isChange = minutes !== moved;
      moved = minutes;
      return isChange;
    },
  };
}

export function clockMinutesOf(context: StoryContextRead): number {
  return Number(globalsOf(context).maintenanceClock ?? 0);
}

/** The story's own time, as if nobody moved its clock. */
export function ownClockOf(context: StoryContextRead): () => number {
  const { now } = parametersOf(context);
  if (now === undefined) return Date.now;
  const instant = new Date(now).getTime();
  if (Number.isNaN(instant)) {
    throw maintenanceError(
      'invalid-option',
      `parameters.maintenance.now is ${describe(now)}. It must be an instant, as "2026-11-23T14:20:00Z" or in epoch milliseconds.`,
    );
  }
  return () => instant;
}
