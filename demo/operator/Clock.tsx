import { useAlive } from './useAlive.js';

interface ClockProps {
  /** Epoch milliseconds. */
  readonly instant: number;
  /** Whether to give the seconds even if they are zero. */
  readonly exact?: boolean;
}

/** A time of day in the viewer's zone, with seconds unless they are zero. */
export function Clock({ instant, exact = false }: ClockProps) {
  const alive = useAlive();
  const date = new Date(instant);
  const text = date.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(exact || instant % 60_000 ? { second: '2-digit' } : {}),
  });
  return <time dateTime={date.toISOString()}>{alive ? text : ''}</time>;
}
