import type { ServerResponse } from 'node:http';

import type { Edition, Evaluation } from './createEdition.js';

/** The open event streams of browsers. */
export interface Streams {
  readonly size: number;
  /** Begins a stream for a context: `put` now, then `patch` and `delete`. False when the context is not valid. */
  open: (response: ServerResponse, subscription: Subscription, edition: Edition) => Promise<boolean>;
  /** Begins a stream that only says when to fetch again; for clients that send their context in a body. */
  openPing: (response: ServerResponse) => void;
  /** Tells every stream what a new edition changes for its context. */
  publish: (edition: Edition) => Promise<void>;
  /** Cuts every connection, as a network does. Clients come back by themselves. */
  cut: () => void;
}

interface Subscription {
  context: unknown;
  withReasons: boolean;
}

interface Stream {
  response: ServerResponse;
  subscription?: Subscription;
  /** What the client has, by flag key. */
  sent: Map<string, string>;
}

// A client that reads nothing would fill the memory; cut off, it comes back and gets the whole state.
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * Makes an empty set of streams.
 *
 * A flag is sent to a stream only when what its context is served changed. LaunchDarkly sends every change of a flag to everyone,
 * because the version changed; here that a change for Bob is silent for Alice is what people come to see.
 */
export function createStreams(heartbeatMs: number): Streams {
  const streams = new Set<Stream>();
  let heartbeat: NodeJS.Timeout | undefined;

  const add = (response: ServerResponse, stream: Stream): void => {
    streams.add(stream);
    heartbeat ??= setInterval(() => streams.forEach((open) => write(open, ':\n\n')), heartbeatMs).unref();
    response.on('close', () => {
      streams.delete(stream);
      if (streams.size > 0) return;
      clearInterval(heartbeat);
      heartbeat = undefined;
    });
  };

  return {
    get size() {
      return streams.size;
    },
    open: async (response, subscription, edition) => {
      const evaluations = await evaluateFor(subscription, edition);
      if (!evaluations) return false;
      const stream: Stream = { response, subscription, sent: served(evaluations) };
      begin(response);
      if (response.destroyed) return true;
      add(response, stream);
      writeEvent(stream, 'put', Object.fromEntries(evaluations));
      return true;
    },
    openPing: (response) => {
      const stream: Stream = { response, sent: new Map() };
      begin(response);
      add(response, stream);
      writeEvent(stream, 'ping', {});
    },
    publish: async (edition) => {
      const evaluated = new Map<string, Promise<Map<string, Evaluation> | undefined>>();
      await Promise.all(
        [...streams].map(async (stream) => {
          if (!stream.subscription) return writeEvent(stream, 'ping', {});
          const key = JSON.stringify(stream.subscription);
          const pending = evaluated.get(key) ?? evaluateFor(stream.subscription, edition);
          evaluated.set(key, pending);
          sendDifference(stream, (await pending) ?? new Map(), edition.revision);
        }),
      );
    },
    cut: () => streams.forEach(({ response }) => response.destroy()),
  };
}

function evaluateFor(
  { context, withReasons }: Subscription,
  edition: Edition,
): Promise<Map<string, Evaluation> | undefined> {
  return edition.evaluate(context, { clientSideOnly: true, withReasons });
}

function sendDifference(stream: Stream, evaluations: Map<string, Evaluation>, revision: number): void {
  const next = served(evaluations);
  for (const [key, evaluation] of evaluations) {
    if (stream.sent.get(key) !== next.get(key)) writeEvent(stream, 'patch', { key, ...evaluation });
  }
  for (const key of stream.sent.keys()) {
    if (!next.has(key)) writeEvent(stream, 'delete', { key, version: revision });
  }
  stream.sent = next;
}

function served(evaluations: Map<string, Evaluation>): Map<string, string> {
  return new Map(
    [...evaluations].map(([key, { version: _version, flagVersion: _flagVersion, ...rest }]) => [
      key,
      JSON.stringify(rest),
    ]),
  );
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    // A reverse proxy must not hold events back.
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
}

function writeEvent(stream: Stream, event: string, data: unknown): void {
  write(stream, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function write({ response }: Stream, text: string): void {
  if (response.destroyed) return;
  response.write(text);
  if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
}
