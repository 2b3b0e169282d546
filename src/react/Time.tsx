'use client';
import { useSyncExternalStore } from 'react';
import { useMaintenanceContext } from './MaintenanceContext.js';

interface TimeProps {
  /** Epoch milliseconds. */
  readonly instant: number;
}

/**
 * An instant in the viewer's own time, with its zone. The server and the first client render do not know that zone: they
 * write it in UTC unless the provider was given a zone, and so agree to the letter.
 */
export function Time({ instant }: TimeProps): React.JSX.Element {
  const { settings } = useMaintenanceContext('<Time>');
  const alive = useSyncExternalStore(neverChanges, isAlive, isNotAlive);
  const timeZone = settings.timeZone ?? (alive ? undefined : 'UTC');
  const today = alive && dayOf(instant, timeZone) === dayOf(settings.now(), timeZone);
  return (
    <time dateTime={new Date(instant).toISOString()}>
      {formatInstant(instant, settings.locale, timeZone, today)}
    </time>
  );
}

const neverChanges = () => () => {};
const isAlive = () => true;
const isNotAlive = () => false;

function dayOf(instant: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'short', timeZone }).format(instant);
}

/** An instant as text, without the date when it is today. */
function formatInstant(
  instant: number,
  locale: string,
  timeZone: string | undefined,
  today: boolean,
): string {
  return (
    new Intl.DateTimeFormat(locale, {
      ...(!today && { weekday: 'long', day: 'numeric', month: 'long' }),
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone,
    })
      .format(instant)
      // Node and browsers put different narrow spaces into the same time.
      .replace(/[\u2009\u202f]/g, ' ')
  );
}
