import type { FlagSource } from '../../core/FlagSource.js';
import { createReceiver } from './createReceiver.js';
import { readFlags } from './readFlags.js';

/** What is used of the browser's class, so that those of packages for Node fit as well. */
type EventSourceClass = new (
  url: string | URL,
  init?: { withCredentials?: boolean },
) => {
  readonly readyState: number;
  // Each class has a type of its own for what it tells.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  addEventListener(type: string, listener: (event: any) => void): void;
  close(): void;
};

/** How a stream is opened; everything has a default. */
export interface EventStreamSourceOptions {
  /** Whether cookies go to another origin. Default false. */
  readonly withCredentials?: boolean | undefined;
  /** How long after a refusal it is opened again, in milliseconds, twice as long each time up to 5 minutes. Default 5 seconds. */
  readonly retryMs?: number | undefined;
  /** Default: the global one. */
  readonly EventSource?: EventSourceClass | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const closed = 2;
const longestRetryMs = 300_000;

/**
 * Reads the current user's flags from a stream of events of your own (`text/event-stream`). The data of each is a JSON object of values
 * by flag key: an event `put` has all flags, and comes first and after each reconnection; a `message` has only those that changed.
 *
 * @example
 * const source = eventStreamSource('/api/flags/stream');
 * <MaintenanceProvider source={source} features={features}>
 */
export function eventStreamSource(url: string | URL, options: EventStreamSourceOptions = {}): FlagSource {
  const { withCredentials = false, retryMs = 5_000, now = Date.now } = options;
  const receiver = createReceiver(start, now);

  function start(): () => void {
    let stream: InstanceType<EventSourceClass> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    function open(): void {
      const { EventSource = globalThis.EventSource } = options;
      const opened = new EventSource(url, { withCredentials });
      stream = opened;
      const take =
        (all: boolean) =>
        ({ data }: { data: unknown }) => {
          failures = 0;
          try {
            receiver.receive(readFlags(String(data)), all);
          } catch (error) {
            receiver.fail(error);
          }
        };
      opened.addEventListener('put', take(true));
      opened.addEventListener('message', take(false));
      opened.addEventListener('error', () => {
        receiver.fail(new Error(`the stream ${String(url)} was lost`));
        // It opens a lost connection again by itself, but not after an answer that is no stream.
        if (opened.readyState !== closed || stream !== opened) return;
        const wait = Math.min(retryMs * 2 ** failures, longestRetryMs) * (1 + Math.random() / 2);
        failures += 1;
        timer = setTimeout(open, wait);
      });
    }

    open();
    return () => {
      clearTimeout(timer);
      stream?.close();
      stream = undefined;
    };
  }

  return receiver.source;
}
