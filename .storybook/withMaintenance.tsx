import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import type { Decorator } from '@storybook/react-vite';
import { MaintenanceProvider, type Features, type Mode, type Phase } from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { memoryStorage } from 'react-maintenance-mode/testing';
import { flagFor } from './flagFor.js';
import { localeMessages } from './localeMessages.js';

/** What a story says under `parameters.maintenance`. */
interface MaintenanceParameters {
  /** The values of flags at the start, by flag key. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. */
  readonly features?: Features;
  /** The clock of the story: an ISO 8601 instant, at which it stands still. Default: a Monday in November. */
  readonly now?: string;
}

/** What the toolbar says. `story` leaves it to the story. */
interface MaintenanceGlobals {
  readonly locale: string;
  readonly timeZone: string;
  /** Minutes by which the story's clock is moved. */
  readonly clock: number;
  readonly phase: 'story' | Phase;
  readonly mode: 'story' | Mode;
}

/** Puts every story below a provider whose flags the story gives and the toolbar overrides. */
export const withMaintenance: Decorator = (Story, { id, parameters, globals }) => {
  // Storybook types both as records of anything; their shape is declared above.
  const { flags = {}, features, now = storyNow } = (parameters['maintenance'] ?? {}) as MaintenanceParameters;
  const { locale, timeZone, clock, phase, mode } = globals as unknown as MaintenanceGlobals;
  const time = Date.parse(now) + Number(clock) * 60_000;
  const values = override(flags, phase, mode, time);
  return (
    <StoryMaintenance
      // What a provider reads once is a reason to start over.
      key={JSON.stringify([id, values, time])}
      {...{ values, features, time, locale, timeZone }}
    >
      <Story />
    </StoryMaintenance>
  );
};

/** Monday 23 November 2026, 14:20 UTC: twenty minutes into the windows that stories tell of. */
export const storyNow = '2026-11-23T14:20:00Z';

/** The source that the story reads, for stories that flip a flag: the story's own operator. */
export function useStorySource(): MemorySource {
  const source = useContext(SourceContext);
  if (!source) throw new Error('useStorySource() needs the decorator withMaintenance.');
  return source;
}

const SourceContext = createContext<MemorySource | null>(null);

interface StoryMaintenanceProps {
  readonly values: Readonly<Record<string, unknown>>;
  readonly features: Features | undefined;
  readonly time: number;
  readonly locale: string;
  readonly timeZone: string;
  readonly children: ReactNode;
}

function StoryMaintenance(props: StoryMaintenanceProps): React.JSX.Element {
  const { values, features, time, locale, timeZone, children } = props;
  // The values are a new object at each render; the key above says when they differ.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const source = useMemo(() => memorySource(values), []);
  const [storage] = useState(memoryStorage);
  return (
    <SourceContext.Provider value={source}>
      <MaintenanceProvider
        source={source}
        features={features}
        locale={locale}
        messages={localeMessages[locale]}
        timeZone={timeZone}
        now={() => time}
        storage={storage}
      >
        {children}
      </MaintenanceProvider>
    </SourceContext.Provider>
  );
}

function override(
  flags: Readonly<Record<string, unknown>>,
  phase: 'story' | Phase,
  mode: 'story' | Mode,
  now: number,
): Readonly<Record<string, unknown>> {
  if (phase === 'story' && mode === 'story') return flags;
  const value = flagFor(phase === 'story' ? 'active' : phase, mode === 'story' ? 'down' : mode, now);
  return Object.fromEntries(Object.keys(flags).map((flag) => [flag, value]));
}
