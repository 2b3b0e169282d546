import type { Args, Renderer } from 'storybook/internal/csf';
import type { Features, FeatureKey } from '../core/defineFeatures.js';
import { describe, maintenanceError } from '../core/errors.js';
import type { Messages } from '../react/messages.js';
import { type TestSource, createTestSource } from '../testing/createTestSource.js';
import { type Example, exampleMaintenance, phaseAndMode } from '../devtools/panelData.js';

declare module 'storybook/internal/csf' {
  // Two declarations of an interface need the same parameters.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface StoryContext<TRenderer extends Renderer = Renderer, TArgs = Args> {
    /** Starts and ends maintenances in the story, as an operator does. */
    maintenance: TestSource<FeatureKey>;
  }
}

/** The parameters of a story, a component or the whole Storybook, under `parameters.maintenance`. */
export interface MaintenanceParameters {
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. */
  readonly features?: Features<FeatureKey> | undefined;
  /** What is in maintenance when the story starts, by feature: `true`, a mode or a window. `false` overrides the component's value. */
  readonly inMaintenance?: { readonly [feature in FeatureKey]?: unknown } | undefined;
  /** Stops the clock of the story at an instant, in ISO 8601 or epoch milliseconds. Default: the clock runs. */
  readonly now?: string | number | undefined;
  /** A BCP 47 tag. Default: the global `locale`, if there is one. */
  readonly locale?: string | undefined;
  /** An IANA zone. Default: the global `timeZone`, if there is one, or UTC, so that a story looks the same everywhere. */
  readonly timeZone?: string | undefined;
  /** Texts in place of the built-in English ones, by locale. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>> | undefined;
}

/** The choices in the toolbar and in the panel. */
export interface MaintenanceGlobals {
  /**
   * One example for the features that the story names, or for all except the site if it names none. Or an example for each feature. Without
   * an example, the story's own maintenance holds.
   */
  readonly maintenance?: Example | '' | Readonly<Record<string, Example>> | undefined;
  /** By how many minutes the story's clock is moved. */
  readonly maintenanceClock?: number | undefined;
}

/** The event with which a story sends its announcements so far to the panel, newest first. */
export const announcementsEvent = 'react-maintenance-mode/announcements';

/** The part of the context of a story that is read. */
export interface StoryContextRead {
  readonly id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly globals: Readonly<Record<string, unknown>>;
  /** Set before the story renders. Absent when an app renders its stories itself. */
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
  /** Sets how many minutes it is away from the story's own time. Returns whether that changed. */
  readonly move: (minutes: number) => boolean;
}

/**
 * Creates the clock of a story, moved by what was chosen in Storybook.
 *
 * @throws `invalid-option` if `now` is not an instant.
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

/** The story's own clock, not moved. */
function ownClockOf(context: StoryContextRead): () => number {
  const { now } = parametersOf(context);
  if (now === undefined) return Date.now;
  const instant = new Date(now).getTime();
  if (Number.isNaN(instant)) {
    throw maintenanceError(
      'invalid-option',
      `parameters.maintenance.now is ${describe(now)}. It must be an instant, such as "2026-11-23T14:20:00Z", or epoch milliseconds.`,
    );
  }
  return () => instant;
}

/** Creates a source with the maintenance of the story. What was chosen in the toolbar overrides it. */
export function createStorySource(context: StoryContextRead): TestSource {
  const { features, inMaintenance = {} } = parametersOf(context);
  const maintenance = Object.entries({ ...inMaintenance, ...chosen(context) });
  return createTestSource(
    features,
    // For a flag that means "enabled", `false` would start a maintenance.
    Object.fromEntries(maintenance.filter(([, value]) => value !== false && value !== undefined)),
  );
}

/** The choices in Storybook, as flag values by feature. */
function chosen(context: StoryContextRead): Readonly<Record<string, unknown>> {
  const { maintenance = '' } = globalsOf(context);
  const { features } = parametersOf(context);
  // By the clock that is not moved, so that moving the clock goes through the phases of an example.
  const now = ownClockOf(context)();
  const choices =
    typeof maintenance === 'string'
      ? Object.fromEntries(subjectsOf(context).map((feature) => [feature, maintenance]))
      : maintenance;
  return Object.fromEntries(
    Object.entries(choices).flatMap(([feature, choice]) => {
      const example = phaseAndMode(choice);
      // Storybook keeps the choice when another story is opened, which may have other features.
      const isKnown = !features || Object.hasOwn(features, feature);
      return example && isKnown ? [[feature, exampleMaintenance(...example, now)]] : [];
    }),
  );
}

/** The features that a story names. If it names none, all except the site, which would hide all others. */
function subjectsOf(context: StoryContextRead): readonly string[] {
  const { features = {}, inMaintenance = {} } = parametersOf(context);
  const named = Object.keys(inMaintenance);
  if (named.length) return named;
  return Object.values(features).flatMap(({ key, scope }) => (scope === 'site' ? [] : [key]));
}
