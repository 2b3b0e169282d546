import { type Feature, type Features, labelIn, type FeatureKey } from '../core/defineFeatures.js';
import { development, reasonOf } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';
import { interpretFlag } from '../core/interpretFlag.js';
import { exampleMaintenance, phaseAndMode, type Example, type Announcement } from './panelData.js';
import type { MaintenanceWindow } from '../core/timeline.js';

/** What `createDevtools` returns. Give `wrap` and `now` to the provider, and all of it to the panel. */
export interface Devtools {
  /** Wraps a source, so that the overrides of the panel take precedence. Returns the same object for the same source. */
  readonly wrap: (source: FlagSource) => FlagSource;
  /** The clock, moved by what was chosen in the panel. */
  readonly now: () => number;
  /** What the panel reads and changes; absent in production. */
  readonly controls?: DevtoolsControls | undefined;
}

/** A feature in the panel. */
export interface DevtoolsFeature {
  readonly key: string;
  readonly flag: string;
  readonly label: string;
}

/** The answer of the flag service: a value, or why there is none. */
export type FlagAnswer = { readonly value: unknown } | { readonly error: string };

export interface DevtoolsControls {
  /** The defined features. If none are defined, the flags that were read so far. */
  readonly features: () => readonly DevtoolsFeature[];
  /** The answer of the flag service, without the override. */
  readonly flagAnswer: (flag: string) => FlagAnswer;
  /** The window of the flag, or of its override. */
  readonly windowOf: (flag: string) => MaintenanceWindow | null;
  readonly overrideOf: (flag: string) => Example | undefined;
  /** Overrides the value of the flag service, or removes the override. */
  readonly override: (flag: string, example: Example | undefined) => void;
  /** By how many minutes the clock is moved. */
  readonly clockMinutes: () => number;
  readonly moveClock: (minutes: number) => void;
  /** Removes all overrides, and sets the clock right. */
  readonly reset: () => void;
  /** The announcements so far, newest first. */
  readonly announcements: () => readonly Announcement[];
  readonly addAnnouncement: (text: string) => void;
  /** Calls `listener` after every change of the above. */
  readonly subscribe: (listener: () => void) => () => void;
  /** A number that changes with every change. */
  readonly version: () => number;
}

const minuteMs = 60_000;
const keptAnnouncements = 50;

/**
 * Creates the devtools of an app. In production they do nothing: sources and clock stay as they are. For a production build that
 * should have them, such as the preview of a branch, use `react-maintenance-mode/devtools/production`.
 *
 * @example
 * const devtools = createDevtools(features);
 *
 * <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={features}>
 *   <Shop />
 *   <MaintenanceDevtools devtools={devtools} />
 * </MaintenanceProvider>
 */
export function createDevtools(features?: Features<FeatureKey>): Devtools {
  // Bundlers that do not know the export condition `production` ship this file. It must do nothing then.
  return development ? createActiveDevtools(features) : { wrap: (source) => source, now: Date.now };
}

/** Creates devtools that also work in production. */
export function createActiveDevtools(features?: Features<FeatureKey>): Devtools {
  const overrides = new Map<string, { readonly example: Example; readonly value: unknown }>();
  const asked = new Set<string>();
  const listeners = new Set<() => void>();
  const onChanges = new Set<(flag: string) => void>();
  const wrapped = new WeakMap<FlagSource, FlagSource>();
  let announcements: readonly Announcement[] = [];
  let service: FlagSource | undefined;
  let minutes = 0;
  let version = 0;

  const now = (): number => Date.now() + minutes * minuteMs;

  function tell(): void {
    version += 1;
    for (const listener of [...listeners]) listener();
  }

  function noteAsked(flag: string): void {
    if (asked.has(flag)) return;
    asked.add(flag);
    // A flag may be read while React renders, and setting state is not allowed then.
    queueMicrotask(tell);
  }

  function put(flag: string, example: Example | undefined): void {
    if (example === undefined) overrides.delete(flag);
    else overrides.set(flag, { example, value: valueOfExample(example, featureOf(flag), now()) });
    for (const onChange of [...onChanges]) onChange(flag);
  }

  function featureOf(flag: string): Feature | undefined {
    return Object.values(features ?? {}).find((feature) => feature.flag === flag);
  }

  function flagAnswer(flag: string): FlagAnswer {
    try {
      return { value: service?.get(flag) };
    } catch (thrown) {
      return { error: reasonOf(thrown) };
    }
  }

  function overridden(source: FlagSource): FlagSource {
    return {
      get(flag) {
        noteAsked(flag);
        const override = overrides.get(flag);
        return override ? override.value : source.get(flag);
      },
      subscribe(flags, onChange) {
        const wanted = new Set(flags);
        const onOverride = (flag: string) => wanted.has(flag) && onChange(flag);
        onChanges.add(onOverride);
        const unsubscribe = source.subscribe(flags, (flag) => {
          onChange(flag);
          tell();
        });
        return () => {
          onChanges.delete(onOverride);
          unsubscribe();
        };
      },
      ...(source.status && { status: () => source.status?.() ?? { state: 'ready' } }),
      subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
      // An override belongs to the developer: it stays when the user changes.
      user: () => source.user?.(),
      forget: () => source.forget?.(),
      clockOffset: () => source.clockOffset?.(),
    };
  }

  return {
    now,
    wrap(source) {
      service = source;
      const found = wrapped.get(source) ?? overridden(source);
      wrapped.set(source, found);
      return found;
    },
    controls: {
      features: () =>
        features
          ? Object.values(features).map((feature) => ({ ...feature, label: labelIn(feature, 'en') }))
          : [...asked].map((flag) => ({ key: flag, flag, label: flag })),
      flagAnswer,
      windowOf(flag) {
        const override = overrides.get(flag);
        const answer = override ?? flagAnswer(flag);
        return 'value' in answer ? interpretFlag(answer.value, featureOf(flag) ?? { flag }) : null;
      },
      overrideOf: (flag) => overrides.get(flag)?.example,
      override(flag, example) {
        put(flag, example);
        tell();
      },
      clockMinutes: () => minutes,
      moveClock(to) {
        minutes = to;
        tell();
      },
      reset() {
        minutes = 0;
        for (const flag of [...overrides.keys()]) put(flag, undefined);
        tell();
      },
      announcements: () => announcements,
      addAnnouncement(text) {
        announcements = [{ at: now(), text }, ...announcements].slice(0, keptAnnouncements);
        tell();
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      version: () => version,
    },
  };
}

/** The flag value of an example. */
function valueOfExample(example: Example, feature: Feature | undefined, now: number): unknown {
  // A flag that means "the feature is enabled" is true while there is no maintenance.
  if (example === 'none') return feature?.maintenanceWhen === 'off';
  const found = phaseAndMode(example);
  return found && exampleMaintenance(...found, now);
}
