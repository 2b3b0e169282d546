'use client';
import { useSyncExternalStore } from 'react';
import { fillMessage } from './fillMessage.js';
import { formatDistance, formatInstant } from './formatInstant.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

interface TimeProps {
  /** Epoch milliseconds. */
  readonly instant: number;
}

/**
 * An instant in the viewer's own time, with its zone and how far away it is, which is brought up to date by the minute. The
 * server and the first client render know neither the zone nor the moment of reading: they write the date in UTC, or in the
 * provider's zone, and so agree to the letter.
 */
export function Time({ instant }: TimeProps): React.ReactNode {
  const { settings, minutes } = useMaintenanceContext('<Time>');
  const { locale } = settings;
  const now = useSyncExternalStore(minutes.subscribe, minutes.get, notYet);
  const timeZone = settings.timeZone ?? (now ? undefined : 'UTC');
  const distance = now && formatDistance(instant, { locale, timeZone }, now);
  const time = (
    // Its direction is its own. The server may know other names of zones and months than the browser.
    <time dateTime={new Date(instant).toISOString()} dir="auto" suppressHydrationWarning>
      {formatInstant(instant, { locale, timeZone }, now || undefined)}
    </time>
  );
  return distance ? fillMessage(settings, 'relative', { time, relative: distance }) : time;
}

const notYet = () => 0;
