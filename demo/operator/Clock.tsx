import { useSyncExternalStore } from 'react';

interface ClockProps {
  /** Epoch milliseconds. */
  readonly instant: number;
  /** Whether to show seconds even when they are zero. */
  readonly exact?: boolean;
}

/** A time of day in the viewer's time zone. Seconds are left out when they are zero. */
export function Clock({ instant, exact = false }: ClockProps) {
  const alive = useHydrated();
  const date = new Date(instant);
  const text = date.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(exact || instant % 60_000 ? { second: '2-digit' } : {}),
  });
  return <time dateTime={date.toISOString()}>{alive ? text : ''}</time>;
}

const neverChanges = () => () => undefined;

/** False on the server and during hydration, when the viewer's time zone is not known yet. */
function useHydrated(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
}
