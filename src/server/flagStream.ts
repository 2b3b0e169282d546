import type { MaintenanceError } from '../core/errors.js';
import { assertFlagRecord } from './flagRecord.js';
import { checkFlagStreamOptions } from './options.js';
import { createErrorReporter } from './errorReporter.js';
import { withTimeout } from './withTimeout.js';

type Flags = Readonly<Record<string, unknown>>;

/** Where a stream gets its flags, and how much it may use. */
export interface FlagStreamOptions<User> {
  /** All flags of a user, from the app's own table. It is asked again for every change, so keep it cheap. */
  readonly readFlags: (user: User) => Flags | Promise<Flags>;
  /** After so long without an event a comment is sent, so that proxies keep the connection, in milliseconds. Default 15 seconds. */
  readonly heartbeatMs?: number | undefined;
  /** How many streams may be open at once; one more is answered with 503. Default 10 000. */
  readonly maxStreams?: number | undefined;
  /**
   * Told `flags-failed` when flags cannot be read: when that begins, and at most ten times a minute. The stream of that user is ended, and
   * the browser opens it again. Default: `console.error`.
   */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** What is used of a response of Node. Its own types would need `@types/node` in every project that compiles this entry. */
export interface NodeResponse {
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
  /** How many are open. */
  readonly size: number;
  /** Answers with a stream of a user's flags, on a server that speaks Web requests. */
  respond(user: User): Response;
  /** Answers with a stream of a user's flags, on Node. */
  send(request: { readonly method?: string | undefined }, response: NodeResponse, user: User): void;
  /** Reads flags anew, for everyone or for those whom a function names, and sends what changed. */
  changed(concerns?: (user: User) => boolean): void;
  /** Ends streams, such as those of a user who signed out; without a function all of them, such as before the server stops. */
  end(concerns?: (user: User) => boolean): void;
}

/** A connection, of Node or of the Web. */
interface Sink {
  /** Whether the reader keeps up; otherwise `onDrain` tells of the moment when it does again. */
  write(text: string): boolean;
  end(): void;
}

interface Connection<User> {
  readonly user: User;
  readonly sink: Sink;
  /** The JSON of each flag that the reader has; `undefined` before the first event. */
  sent: Map<string, string> | undefined;
  /** Whether flags may have changed since they were read. */
  isStale: boolean;
  isReading: boolean;
  isBlocked: boolean;
  /** Whether the reader has not caught up since the heartbeat before. */
  isStalled: boolean;
}

const readTimeoutMs = 5_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform: a proxy that compresses would hold events back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

const refusalHeaders = { 'retry-after': '30', 'cache-control': 'no-store' };

/**
 * Writes the events that `eventStreamSource` reads: `put` with all flags of a user first, then a `message` with those that changed, and a
 * comment as heartbeat.
 *
 * A reader that is slow gets nothing more until it has caught up, and then the flags as they are by then. One that has not caught up within two
 * heartbeats is cut off. So a stream never holds more memory than the flags of its user.
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
    // On Node it must not keep the process alive; other runtimes give a number.
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

  /** Sends what the reader does not have. Only one read at a time is under way for a reader. */
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
        // The browser opens it again, and then the flags may be there.
        close(connection);
        reporter.flagsFail(error, 'The stream was ended. The browser opens it again.');
      }
    }
    connection.isReading = false;
  }

  async function read(user: User): Promise<Flags> {
    // Started later, so that a function that throws at once is a read that failed, too.
    const asked = (async () => readFlags(user))();
    const flags: unknown = await withTimeout(
      asked,
      readTimeoutMs,
      () => new Error(`readFlags gave no answer within ${readTimeoutMs / 1000} s.`),
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
        // A reader that is cut off has not read what an orderly end would wait for.
        end: () => void (response.writableNeedDrain ? response.destroy() : response.end()),
      });
      response.on('drain', () => drain(connection));
      response.on('close', () => remove(connection));
      // It is not an error when a browser leaves in the middle.
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

/** All flags for a reader that has none; otherwise those that changed, `null` for one that is gone. */
function nextEvent(connection: Pick<Connection<unknown>, 'sent'>, flags: Flags): string | undefined {
  const next = new Map(
    // A value that JSON does not have, such as undefined, counts as no maintenance.
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
