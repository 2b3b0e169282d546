import type { MaintenanceError } from '../core/errors.js';
import { assertFlagRecord, type Flags } from './flagRecord.js';
import { checkFlagStreamOptions } from './options.js';
import { createErrorReporter } from './errorReporter.js';
import { withTimeout } from './withTimeout.js';

/** The source of the flags, and the limits of the streams. */
export interface FlagStreamOptions<User> {
  /** Returns all flags of a user, from the app's own table. It is called for every change, so keep it cheap. */
  readonly readFlags: (user: User) => Flags | Promise<Flags>;
  /** The interval of comments that keep the connection open in proxies, in milliseconds. Default 15 seconds. */
  readonly heartbeatMs?: number | undefined;
  /** The maximum number of open streams. Further requests are answered with 503. Default 10,000. */
  readonly maxStreams?: number | undefined;
  /**
   * Called with `flags-failed` when flags can no longer be read, at most ten times a minute. The stream of that user ends, and the browser opens it
   * again. Default: `console.error`.
   */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** The part of Node's response that is used. Node's own type would require `@types/node` in every project that compiles this entry. */
interface NodeResponse {
  readonly destroyed: boolean;
  readonly writableNeedDrain: boolean;
  writeHead(status: number, headers: Record<string, string>): { end(): unknown };
  flushHeaders(): void;
  write(text: string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
}

/** The open streams of one app server. */
export interface FlagStream<User> {
  /** The number of open streams. */
  readonly size: number;
  /** Answers with a stream of a user's flags, on a server with Web requests. */
  respond(user: User): Response;
  /** Answers with a stream of a user's flags, on Node. */
  send(request: { readonly method?: string | undefined }, response: NodeResponse, user: User): void;
  /** Reads flags again, for everyone or for the users that a function selects, and sends the changes. */
  changed(concerns?: (user: User) => boolean): void;
  /** Ends streams, such as those of a user who signed out. Without a function it ends all of them, such as before the server stops. */
  end(concerns?: (user: User) => boolean): void;
}

/** A connection of Node or of the Web. */
interface Sink {
  /** Returns whether the reader keeps up. If not, `drain` is called when it does again. */
  write(text: string): boolean;
  end(): void;
}

interface Connection<User> {
  readonly user: User;
  readonly sink: Sink;
  /** The JSON of each flag that the reader has. `undefined` before the first event. */
  sent: Map<string, string> | undefined;
  /** Whether flags may have changed since they were read. */
  isStale: boolean;
  isReading: boolean;
  isBlocked: boolean;
  /** Whether the reader has not caught up since the previous heartbeat. */
  isStalled: boolean;
}

const readTimeoutMs = 5_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // With `no-transform`, no proxy compresses the stream. A proxy that compresses would delay events.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

const refusalHeaders = { 'retry-after': '30', 'cache-control': 'no-store' };

/**
 * Writes the events that `eventStreamSource` reads: `put` with all flags of a user first, then a `message` with those that changed, and a
 * comment as heartbeat.
 *
 * A slow reader gets no events until it has caught up. Then it gets the present flags. A reader that has not caught up within two heartbeats is cut
 * off. So a stream never uses more memory than the flags of its user.
 *
 * @throws `invalid-option`
 * @example
 * const flags = flagStream({ readFlags: (user) => table.flagsOf(user) });
 * app.get('/flags/stream', (request, response) => flags.send(request, response, userOf(request)));
 * table.onChange(() => flags.changed());
 */
export function flagStream<User>(options: FlagStreamOptions<User>): FlagStream<User> {
  checkFlagStreamOptions(options);
  const { readFlags, heartbeatMs = 15_000, maxStreams = 10_000 } = options;
  const reporter = createErrorReporter(options.onError ?? console.error);
  const connections = new Set<Connection<User>>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function open(user: User, sink: Sink): Connection<User> {
    const connection: Connection<User> = {
      user,
      sink,
      sent: undefined,
      isStale: true,
      isReading: false,
      isBlocked: false,
      isStalled: false,
    };
    connections.add(connection);
    timer ??= startHeartbeat();
    // Spread the reconnections of browsers that lost the same server.
    write(connection, `retry: ${Math.round(2_000 + Math.random() * 3_000)}\n\n`);
    void update(connection);
    return connection;
  }

  function startHeartbeat(): ReturnType<typeof setInterval> {
    const started = setInterval(() => connections.forEach(beat), heartbeatMs);
    // On Node it must not keep the process alive. Other runtimes return a number.
    if (typeof started === 'object') started.unref();
    return started;
  }

  function beat(connection: Connection<User>): void {
    if (!connection.isBlocked) write(connection, ':\n\n');
    else if (connection.isStalled) close(connection);
    else connection.isStalled = true;
  }

  function write(connection: Connection<User>, text: string): void {
    if (connections.has(connection) && !connection.sink.write(text)) connection.isBlocked = true;
  }

  function drain(connection: Connection<User>): void {
    connection.isBlocked = false;
    connection.isStalled = false;
    void update(connection);
  }

  /** Sends the changes that the reader does not have. There is only one read at a time for each reader. */
  async function update(connection: Connection<User>): Promise<void> {
    if (connection.isReading) return;
    connection.isReading = true;
    while (connection.isStale && !connection.isBlocked && connections.has(connection)) {
      connection.isStale = false;
      try {
        const flags = await read(connection.user);
        reporter.flagsWork();
        const event = nextEvent(connection, flags);
        if (event) write(connection, event);
      } catch (error) {
        // The browser opens the stream again. By then the flags may be readable.
        close(connection);
        reporter.flagsFail(error, 'The stream was ended. The browser opens it again.');
      }
    }
    connection.isReading = false;
  }

  async function read(user: User): Promise<Flags> {
    // In an async function, so that a function that throws at once is also a failed read.
    const asked = (async () => readFlags(user))();
    const flags: unknown = await withTimeout(
      asked,
      readTimeoutMs,
      () => new Error(`readFlags did not answer within ${readTimeoutMs / 1000} s`),
    );
    assertFlagRecord(flags, []);
    return flags;
  }

  function remove(connection: Connection<User>): void {
    connections.delete(connection);
    if (connections.size) return;
    clearInterval(timer);
    timer = undefined;
  }

  function close(connection: Connection<User>): void {
    if (!connections.has(connection)) return;
    remove(connection);
    connection.sink.end();
  }

  return {
    get size() {
      return connections.size;
    },
    respond(user) {
      if (connections.size >= maxStreams) return new Response(null, { status: 503, headers: refusalHeaders });
      const encoder = new TextEncoder();
      let connection: Connection<User> | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          connection = open(user, {
            write(text) {
              controller.enqueue(encoder.encode(text));
              return (controller.desiredSize ?? 0) > 0;
            },
            end: () => controller.close(),
          });
        },
        pull() {
          if (connection?.isBlocked) drain(connection);
        },
        cancel() {
          if (connection) remove(connection);
        },
      });
      return new Response(body, { headers });
    },
    send(request, response, user) {
      if (connections.size >= maxStreams) {
        response.writeHead(503, refusalHeaders).end();
        return;
      }
      if (request.method === 'HEAD') {
        response.writeHead(200, headers).end();
        return;
      }
      response.writeHead(200, headers);
      response.flushHeaders();
      if (response.destroyed) return;
      const connection = open(user, {
        write: (text) => response.write(text),
        // `end` would wait for a reader that is cut off, and that reader does not read.
        end: () => void (response.writableNeedDrain ? response.destroy() : response.end()),
      });
      response.on('drain', () => drain(connection));
      response.on('close', () => remove(connection));
      // It is not an error when a browser disconnects.
      response.on('error', () => {});
    },
    changed(concerns = () => true) {
      for (const connection of connections) {
        if (!concerns(connection.user)) continue;
        connection.isStale = true;
        void update(connection);
      }
    },
    end(concerns = () => true) {
      for (const connection of [...connections]) if (concerns(connection.user)) close(connection);
    },
  };
}

/** The next event: all flags for a reader that has none, otherwise those that changed. A flag that is gone is `null`. */
function nextEvent(connection: Pick<Connection<unknown>, 'sent'>, flags: Flags): string | undefined {
  const next = new Map(
    // A value that JSON cannot represent, such as undefined, means no maintenance.
    Object.entries(flags).map(([flag, value]) => [flag, JSON.stringify(value) ?? 'null'] as const),
  );
  const { sent } = connection;
  connection.sent = next;
  if (!sent) return `event: put\ndata: ${toObject(next)}\n\n`;
  const gone = [...sent.keys()].filter((flag) => !next.has(flag));
  const changed = new Map([...next].filter(([flag, json]) => sent.get(flag) !== json));
  for (const flag of gone) changed.set(flag, 'null');
  return changed.size ? `data: ${toObject(changed)}\n\n` : undefined;
}

function toObject(values: ReadonlyMap<string, string>): string {
  return `{${Array.from(values, ([flag, json]) => `${JSON.stringify(flag)}:${json}`).join()}}`;
}
