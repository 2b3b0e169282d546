import { useAlive } from './useAlive.js';

interface ClockProps {
  /** Epoch milliseconds. */
  readonly instant: number;
}

/** A time of day in the viewer's zone, with seconds unless they are zero. */
export function Clock({ instant }: ClockProps) {
  const alive = useAlive();
  const date = new Date(instant);
  const text = date.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(instant % 60_000 ? { second: '2-digit' } : {}),
  });
  return <time dateTime={date.toISOString()}>{alive ? text : ''}</time>;
}
