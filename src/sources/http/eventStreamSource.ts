import { createReceiver, positive, type RefreshableSource, readFlags } from './createReceiver.js';

/** The part of the browser's class that is used. Classes of packages for Node fit, too. */
type EventSourceClass = new (
  url: string | URL,
  init?: { withCredentials?: boolean },
) => {
  readonly readyState: number;
  // The classes have different types for events.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  addEventListener(type: string, listener: (event: any) => void): void;
  close(): void;
};

/** How the stream is opened. Every option has a default. */
export interface EventStreamSourceOptions {
  /** Whether cookies are sent to another origin. Default false. */
  readonly withCredentials?: boolean | undefined;
  /** How long to wait after a refusal, in milliseconds. Each time the wait doubles, up to 5 minutes. Default 5 seconds. */
  readonly retryMs?: number | undefined;
  /** Default: the global `EventSource`. */
  readonly EventSource?: EventSourceClass | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const connecting = 0;
const ended = 2;
const longestRetryMs = 300_000;

/**
 * Reads the current user's flags from your own stream of events (`text/event-stream`). The data of each event is a JSON object of values
 * by flag key. A `put` event has all flags; it comes first and after each reconnection. A `message` event has only those that changed.
 *
 * A hidden tab closes its stream and opens it again when it is shown, because six streams block an origin under HTTP/1.1. Serve the stream
 * with HTTP/2 if you can. When the browser reports that the network is back, the stream is opened again at once. A stream does not tell the time of the server: without a snapshot, the visitor's clock is used.
 *
 * @example
 * const source = eventStreamSource('/api/flags/stream');
 * <MaintenanceProvider source={source} features={features}>
 */
export function eventStreamSource(
  url: string | URL,
  options: EventStreamSourceOptions = {},
): RefreshableSource {
  const { withCredentials = false, now = Date.now } = options;
  const retryMs = positive(options.retryMs, 5_000);
  const receiver = createReceiver(start, now);
  const page = typeof document === 'undefined' ? undefined : document;
  let stream: InstanceType<EventSourceClass> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let listening = false;
  /** A tab that was opened in the background keeps its stream until the first answer. */
  let answered = false;

  function start(): () => void {
    listening = true;
    page?.addEventListener('visibilitychange', look);
    page?.defaultView?.addEventListener('online', reconnect);
    open();
    return () => {
      listening = false;
      page?.removeEventListener('visibilitychange', look);
      page?.defaultView?.removeEventListener('online', reconnect);
      close();
    };
  }

  function look(): void {
    if (!page?.hidden) {
      if (stream?.readyState === ended) refresh();
      else if (!stream) open();
    } else if (answered) close();
  }

  /** A stream of the network before may look open for minutes. */
  function reconnect(): void {
    if (stream && stream.readyState !== connecting) refresh();
  }

  function close(): void {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  }

  function open(): void {
    const { EventSource = globalThis.EventSource } = options;
    const opened = new EventSource(url, { withCredentials });
    stream = opened;
    const take =
      (all: boolean) =>
      ({ data }: { data: unknown }) => {
        if (stream !== opened) return;
        failures = 0;
        let flags: Readonly<Record<string, unknown>>;
        try {
          flags = readFlags(String(data), all ? receiver.wanted : undefined);
        } catch (error) {
          receiver.fail(error);
          return;
        }
        answered ||= all;
        receiver.receive(flags, all);
        look();
      };
    opened.addEventListener('put', take(true));
    opened.addEventListener('message', take(false));
    opened.addEventListener('error', (event: { data?: unknown }) => {
      // With data, it is an event of the server with the name `error`.
      if (stream !== opened || event.data !== undefined) return;
      receiver.fail(new Error(`the stream ${String(url)} was lost`));
      // The browser reopens a lost connection itself, but not after an answer that is not a stream.
      if (opened.readyState !== ended) return;
      const wait = Math.min(retryMs * 2 ** failures, longestRetryMs) * (1 + Math.random() / 2);
      failures += 1;
      clearTimeout(timer);
      timer = setTimeout(open, wait);
    });
  }

  function refresh(): void {
    if (!listening) return;
    close();
    open();
  }

  return {
    ...receiver.source,
    refresh,
    forget() {
      answered = false;
      receiver.forget();
      refresh();
    },
  };
}
