import { type Feature, type Features, labelIn } from '../core/defineFeatures.js';
import { describe, development, reasonOf } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';
import type { FeatureKey } from '../core/Register.js';
import { exampleMaintenance, phaseAndMode, type Example } from '../testing/exampleMaintenance.js';
import type { Devtools } from './Devtools.js';

const minuteMs = 60_000;

/**
 * Makes the devtools of an app. In production they leave sources and the clock as they are, and do nothing else.
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
  // A bundler that does not know the condition `production` ships this file, which must not do anything then.
  if (!development) return { wrap: (source) => source, now: Date.now };
  const chosen = new Map<string, { readonly example: Example; readonly value: unknown }>();
  const asked = new Set<string>();
  const listeners = new Set<() => void>();
  const onChanges = new Set<(flag: string) => void>();
  const overlaid = new WeakMap<FlagSource, FlagSource>();
  let below: FlagSource | undefined;
  let minutes = 0;
  let version = 0;

  const now = (): number => Date.now() + minutes * minuteMs;

  function tell(): void {
    version += 1;
    for (const listener of [...listeners]) listener();
  }

  function ask(flag: string): void {
    if (asked.has(flag)) return;
    asked.add(flag);
    // It may be asked for while React renders, where nobody may set state.
    queueMicrotask(tell);
  }

  function put(flag: string, example: Example | undefined): void {
    if (example === undefined) chosen.delete(flag);
    else chosen.set(flag, { example, value: valueOf(example, featureOf(flag), now()) });
    for (const onChange of [...onChanges]) onChange(flag);
  }

  function featureOf(flag: string): Feature | undefined {
    return Object.values(features ?? {}).find((feature) => feature.flag === flag);
  }

  function overlay(source: FlagSource): FlagSource {
    return {
      get(flag) {
        ask(flag);
        const put = chosen.get(flag);
        return put ? put.value : source.get(flag);
      },
      subscribe(flags, onChange) {
        const wanted = new Set(flags);
        const onChosen = (flag: string) => wanted.has(flag) && onChange(flag);
        onChanges.add(onChosen);
        const leave = source.subscribe(flags, (flag) => {
          onChange(flag);
          tell();
        });
        return () => {
          onChanges.delete(onChosen);
          leave();
        };
      },
      ...(source.status && { status: () => source.status?.() ?? { state: 'ready' } }),
      subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
      // What a developer put over it stays: it is nobody's.
      user: () => source.user?.(),
      forget: () => source.forget?.(),
      clockOffset: () => source.clockOffset?.(),
    };
  }

  return {
    now,
    wrap(source) {
      below = source;
      const found = overlaid.get(source) ?? overlay(source);
      overlaid.set(source, found);
      return found;
    },
    controls: {
      subjects: () =>
        features
          ? Object.values(features).map((feature) => ({ ...feature, label: labelIn(feature, 'en') }))
          : [...asked].map((flag) => ({ key: flag, flag, label: flag })),
      said(flag) {
        try {
          const value = below?.get(flag);
          return value === undefined ? 'unknown' : describe(value);
        } catch (thrown) {
          return `threw: ${reasonOf(thrown)}`;
        }
      },
      chosen: (flag) => chosen.get(flag)?.example,
      choose(flag, example) {
        put(flag, example);
        tell();
      },
      minutes: () => minutes,
      moveClock(to) {
        minutes = to;
        tell();
      },
      reset() {
        minutes = 0;
        for (const flag of [...chosen.keys()]) put(flag, undefined);
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

/** What the flag of a feature would say. */
function valueOf(example: Example, feature: Feature | undefined, now: number): unknown {
  // A flag that says whether its feature is on says so while nothing is the matter.
  if (example === 'none') return feature?.maintenanceWhen === 'off';
  const found = phaseAndMode(example);
  return found && exampleMaintenance(...found, now);
}
