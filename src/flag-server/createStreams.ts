import type { ServerResponse } from 'node:http';

import type { Edition, Evaluation } from './createEdition.js';
import { HttpProblem } from './HttpProblem.js';
import { toSdkData } from './sdkData.js';

/** The open event streams of SDKs. */
export interface Streams {
  readonly size: number;
  /** Begins a browser's stream for a context: `put` now, then `patch` and `delete`. False when the context is not valid. */
  open: (response: ServerResponse, subscription: Subscription, edition: Edition) => Promise<boolean>;
  /** Begins a stream that only says when to fetch again; for browsers that send their context in a body. */
  openPing: (response: ServerResponse, edition: Edition) => Promise<void>;
  /** Begins the stream of a server SDK, with all flags and segments and their rules. */
  openData: (response: ServerResponse, edition: Edition) => Promise<void>;
  /** Tells every stream what a new edition changes for it. */
  publish: (edition: Edition) => Promise<void>;
  /** Cuts every connection, as a network does. Clients come back by themselves. */
  cut: () => void;
}

interface Subscription {
  context: unknown;
  withReasons: boolean;
}

interface StreamEvent {
  event: 'put' | 'patch' | 'delete' | 'ping';
  data: unknown;
}

interface Stream {
  response: ServerResponse;
  /** What the client does not have yet; it has it once this was written. `undefined` when it cannot be told. */
  changes: (edition: Edition) => Promise<StreamEvent[] | undefined>;
  /** Set while an edition is written: another one that comes meanwhile is written after it. */
  sending: Promise<void> | undefined;
  /** Whether the client had not read what was sent when the last heartbeat was due. */
  stalled: boolean;
}

const MAX_STREAMS = 1_000;

/**
 * Makes an empty set of streams.
 *
 * A flag is sent to a browser only when what its context is served changed. LaunchDarkly sends every change of a flag to everyone,
 * because the version changed; here that a change for Bob is silent for Alice is what people come to see.
 *
 * A client that reads slowly is sent nothing more until it has read, then the newest edition, so that it never holds
 * more memory than one edition. One that reads nothing for two heartbeats is cut off.
 */
export function createStreams(heartbeatMs: number): Streams {
  const streams = new Set<Stream>();
  let heartbeat: NodeJS.Timeout | undefined;
  let newest: Edition | undefined;

  async function begin(
    response: ServerResponse,
    edition: Edition,
    changes: Stream['changes'],
  ): Promise<boolean> {
    if (streams.size >= MAX_STREAMS) {
      throw new HttpProblem(
        'too_many_streams',
        `${MAX_STREAMS} streams are open, which is all that this server for development has. Close some`,
      );
    }
    const first = await changes(edition);
    if (!first) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      // A reverse proxy must not hold events back.
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    if (response.destroyed) return true;
    const stream: Stream = { response, changes, sending: undefined, stalled: false };
    streams.add(stream);
    heartbeat ??= setInterval(() => streams.forEach(beat), heartbeatMs).unref();
    // A client whose changes cannot be told comes back, and gets the whole state.
    response.on('drain', () => void send(stream).catch(() => response.destroy()));
    response.on('close', () => {
      streams.delete(stream);
      if (streams.size > 0) return;
      clearInterval(heartbeat);
      heartbeat = undefined;
    });
    write(stream, first);
    return true;
  }

  /** Brings a stream to the newest edition, unless its client has not read what was sent before. */
  function send(stream: Stream): Promise<void> {
    stream.sending ??= sendNewest(stream).finally(() => (stream.sending = undefined));
    return stream.sending;
  }

  async function sendNewest(stream: Stream): Promise<void> {
    const { response } = stream;
    let sent: Edition | undefined;
    while (newest && sent !== newest && !response.writableNeedDrain && !response.destroyed) {
      sent = newest;
      const events = await stream.changes(sent);
      // An edition that was replaced meanwhile may have ended while it was evaluated.
      if (events) write(stream, events);
    }
  }

  function beat(stream: Stream): void {
    const { response, stalled } = stream;
    stream.stalled = response.writableNeedDrain;
    if (!stream.stalled) response.write(':\n\n');
    else if (stalled) response.destroy();
  }

  return {
    get size() {
      return streams.size;
    },
    open: (response, subscription, edition) => begin(response, edition, evaluationChanges(subscription)),
    openPing: async (response, edition) => {
      await begin(response, edition, async () => [{ event: 'ping', data: {} }]);
    },
    openData: async (response, edition) => {
      await begin(response, edition, dataChanges());
    },
    publish: async (edition) => {
      newest = edition;
      await Promise.all([...streams].map(send));
    },
    cut: () => streams.forEach(({ response }) => response.destroy()),
  };
}

/** What changes for a context, flag by flag. */
function evaluationChanges({ context, withReasons }: Subscription): Stream['changes'] {
  let sent: Map<string, string> | undefined;
  return async (edition) => {
    const evaluations = await edition.evaluate(context, { clientSideOnly: true, withReasons });
    if (!evaluations) return undefined;
    const before = sent;
    const next = (sent = served(evaluations));
    if (!before) return [{ event: 'put', data: Object.fromEntries(evaluations) }];
    return differences(
      before,
      next,
      (key) => ({ key, ...evaluations.get(key) }),
      (key) => ({ key, version: edition.revision }),
    );
  };
}

/** What a change of a flag changes for this context; versions count every change. */
function served(evaluations: Map<string, Evaluation>): Map<string, string> {
  return new Map(
    [...evaluations].map(([key, { version: _version, flagVersion: _flagVersion, ...rest }]) => [
      key,
      JSON.stringify(rest),
    ]),
  );
}

/** What changes of the flags and segments themselves. */
function dataChanges(): Stream['changes'] {
  let sent: Map<string, string> | undefined;
  return async ({ data, revision }) => {
    const { flags, segments } = toSdkData(data, revision);
    const items = new Map<string, object>([
      ...Object.entries(flags).map(([key, flag]) => [`/flags/${key}`, flag] as const),
      ...Object.entries(segments).map(([key, segment]) => [`/segments/${key}`, segment] as const),
    ]);
    const before = sent;
    // Without the version: each edition gives every flag its own number.
    const next = (sent = new Map(
      [...items].map(([path, item]) => [path, JSON.stringify({ ...item, version: 0 })]),
    ));
    if (!before) return [{ event: 'put', data: { path: '/', data: { flags, segments } } }];
    return differences(
      before,
      next,
      (path) => ({ path, data: items.get(path) }),
      (path) => ({ path, version: revision }),
    );
  };
}

function differences(
  before: ReadonlyMap<string, string>,
  next: ReadonlyMap<string, string>,
  patch: (key: string) => unknown,
  removal: (key: string) => unknown,
): StreamEvent[] {
  const changed = [...next.keys()].filter((key) => before.get(key) !== next.get(key));
  const removed = [...before.keys()].filter((key) => !next.has(key));
  return [
    ...changed.map((key) => ({ event: 'patch', data: patch(key) }) as const),
    ...removed.map((key) => ({ event: 'delete', data: removal(key) }) as const),
  ];
}

function write({ response }: Stream, events: readonly StreamEvent[]): void {
  if (response.destroyed || events.length === 0) return;
  response.write(
    events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
  );
}
