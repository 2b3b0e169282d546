'use client';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { MaintenanceProvider, useMaintenanceStore } from 'react-maintenance-mode';
import { maintenanceError } from '../core/errors.js';
import type { TestSource } from '../testing/createTestSource.js';
import { memoryStorage } from '../testing/MaintenanceTestProvider.js';
import {
  createStorySource,
  clockMinutesOf,
  createStoryClock,
  globalsOf,
  parametersOf,
  type StoryClock,
  type StoryContextRead,
} from './StoryParameters.js';

export type { MaintenanceGlobals, MaintenanceParameters } from './StoryParameters.js';

/** The provider of a story. Choices in the toolbar reach it live, as flags do. */
export function StoryMaintenance({
  context,
  children,
}: {
  readonly context: StoryContextRead;
  readonly children: ReactNode;
}): React.JSX.Element {
  const { features, inMaintenance, ...parameters } = parametersOf(context);
  const { locale = textOrNothing(context.globals['locale']) } = parameters;
  const { timeZone = textOrNothing(context.globals['timeZone']) ?? 'UTC' } = parameters;
  const choice = JSON.stringify([globalsOf(context).maintenance, inMaintenance]);
  // Storybook renders a story again for many reasons. What `play` did to the flags must last.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const source = useMemo(() => context.maintenance ?? createStorySource(context), [choice]);
  const [storage] = useState(memoryStorage);
  const [clock] = useState(() => createStoryClock(context));
  return (
    <SourceContext.Provider value={source}>
      <MaintenanceProvider
        source={source}
        // Each choice creates another source. The person stays the same.
        user="story"
        features={features}
        locale={locale}
        timeZone={timeZone}
        messages={locale === undefined ? undefined : parameters.messages?.[locale]}
        storage={storage}
        now={clock.now}
      >
        <ClockFollower clock={clock} minutes={clockMinutesOf(context)} />
        {children}
      </MaintenanceProvider>
    </SourceContext.Provider>
  );
}

/** Moves the clock of a story while it is shown. What was done in the story is kept, and changes are announced. */
function ClockFollower({ clock, minutes }: { readonly clock: StoryClock; readonly minutes: number }): null {
  const { refresh } = useMaintenanceStore();
  useEffect(() => {
    if (clock.move(minutes)) refresh();
  }, [clock, minutes, refresh]);
  return null;
}

const SourceContext = createContext<TestSource | null>(null);

/**
 * Starts and ends maintenances from a component of a story, as `maintenance` does in `play`.
 *
 * @throws `no-provider` outside of a story.
 * @example
 * const maintenance = useStoryMaintenance();
 * <button onClick={() => maintenance.start('search')}>Reindex</button>
 */
export function useStoryMaintenance(): TestSource {
  const source = useContext(SourceContext);
  if (source) return source;
  throw maintenanceError(
    'no-provider',
    'useStoryMaintenance() is called outside of a story. Is react-maintenance-mode/storybook among the addons of Storybook?',
  );
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
