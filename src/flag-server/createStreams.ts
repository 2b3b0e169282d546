import type { ServerResponse } from 'node:http';

import type { Evaluation, FlagRevision } from './createFlagState.js';
import { HttpProblem } from './createHttpHandler.js';

/** The open event streams of SDKs. */
export interface Streams {
  readonly size: number;
  /** Starts a browser's stream for a context: `put` now, then `patch` and `delete`. Returns false if the context is not valid. */
  open: (response: ServerResponse, request: EvaluationRequest, revision: FlagRevision) => Promise<boolean>;
  /** Starts a stream that only says when to fetch again, for browsers that send their context in a body. */
  openPing: (response: ServerResponse, revision: FlagRevision) => Promise<void>;
  /** Starts the stream of a server SDK, with all flags, segments and rules. */
  openData: (response: ServerResponse, revision: FlagRevision) => Promise<void>;
  /** Sends every stream what a new revision changes for it. */
  publish: (revision: FlagRevision) => Promise<void>;
  /** Cuts every connection, as a broken network does. Clients reconnect by themselves. */
  cut: () => void;
}

interface EvaluationRequest {
  context: unknown;
  withReasons: boolean;
}

interface StreamEvent {
  event: 'put' | 'patch' | 'delete' | 'ping';
  data: unknown;
}

interface Stream {
  response: ServerResponse;
  /** Returns what the client does not have yet, and counts it as sent. `undefined` if the revision cannot be evaluated. */
  changes: (revision: FlagRevision) => Promise<StreamEvent[] | undefined>;
  /** Set while a revision is written. A newer one is written after it. */
  sending: Promise<void> | undefined;
  /** Whether, at the last heartbeat, the client had not yet read what was sent before. */
  stalled: boolean;
}

const MAX_STREAMS = 1_000;

/**
 * Creates an empty set of streams.
 *
 * A browser is sent a flag only if the value for its context changed. LaunchDarkly sends every change of a flag to everyone, because the
 * version changed. Here, people want to see that a change for Bob sends nothing to Alice.
 *
 * A slow client is sent nothing more until it has read what was sent. Then it gets the newest revision. So it never takes more memory than
 * one revision. A client that reads nothing for two heartbeats is disconnected.
 */
export function createStreams(heartbeatMs: number): Streams {
  const streams = new Set<Stream>();
  let heartbeat: NodeJS.Timeout | undefined;
  let newest: FlagRevision | undefined;

  async function begin(
    response: ServerResponse,
    revision: FlagRevision,
    changes: Stream['changes'],
  ): Promise<boolean> {
    if (streams.size >= MAX_STREAMS) {
      throw new HttpProblem(
        'too_many_streams',
        `${MAX_STREAMS} streams are open. That is the limit of this server for development. Close some`,
      );
    }
    const first = await changes(revision);
    if (!first) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      // Reverse proxies must not buffer the events.
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    if (response.destroyed) return true;
    const stream: Stream = { response, changes, sending: undefined, stalled: false };
    streams.add(stream);
    heartbeat ??= setInterval(() => streams.forEach(beat), heartbeatMs).unref();
    // If the changes cannot be sent, the client reconnects and gets all flags.
    response.on('drain', () => void send(stream).catch(() => response.destroy()));
    response.on('close', () => {
      streams.delete(stream);
      if (streams.size > 0) return;
      clearInterval(heartbeat);
      heartbeat = undefined;
    });
    writeEvents(stream, first);
    return true;
  }

  /** Sends a stream the newest revision, unless its client has not read what was sent before. */
  function send(stream: Stream): Promise<void> {
    stream.sending ??= sendNewest(stream).finally(() => (stream.sending = undefined));
    return stream.sending;
  }

  async function sendNewest(stream: Stream): Promise<void> {
    const { response } = stream;
    let sent: FlagRevision | undefined;
    while (newest && sent !== newest && !response.writableNeedDrain && !response.destroyed) {
      sent = newest;
      const events = await stream.changes(sent);
      // A revision that was replaced in the meantime may have been closed while it was evaluated.
      if (events) writeEvents(stream, events);
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
    open: (response, request, revision) => begin(response, revision, evaluationChanges(request)),
    openPing: async (response, revision) => {
      await begin(response, revision, async () => [{ event: 'ping', data: {} }]);
    },
    openData: async (response, revision) => {
      await begin(response, revision, dataChanges());
    },
    publish: async (revision) => {
      newest = revision;
      await Promise.all([...streams].map(send));
    },
    cut: () => streams.forEach(({ response }) => response.destroy()),
  };
}

/** The changes for a context, flag by flag. */
function evaluationChanges({ context, withReasons }: EvaluationRequest): Stream['changes'] {
  let sent: Map<string, string> | undefined;
  return async (revision) => {
    const evaluations = await revision.evaluate(context, { clientSideOnly: true, withReasons });
    if (!evaluations) return undefined;
    const before = sent;
    const next = (sent = withoutVersions(evaluations));
    if (!before) return [{ event: 'put', data: Object.fromEntries(evaluations) }];
    return differences(
      before,
      next,
      (key) => ({ key, ...evaluations.get(key) }),
      (key) => ({ key, version: revision.number }),
    );
  };
}

/** The evaluations as text, to compare them. Versions change with every revision, so they are left out. */
function withoutVersions(evaluations: Map<string, Evaluation>): Map<string, string> {
  return new Map(
    [...evaluations].map(([key, { version: _version, flagVersion: _flagVersion, ...rest }]) => [
      key,
      JSON.stringify(rest),
    ]),
  );
}

/** The changes of the flags and segments themselves. */
function dataChanges(): Stream['changes'] {
  let sent: Map<string, string> | undefined;
  return async (revision) => {
    const { flags, segments } = revision.sdkData();
    const items = new Map<string, object>([
      ...Object.entries(flags).map(([key, flag]) => [`/flags/${key}`, flag] as const),
      ...Object.entries(segments).map(([key, segment]) => [`/segments/${key}`, segment] as const),
    ]);
    const before = sent;
    // Every revision gives all flags a new version, so compare them without it.
    const next = (sent = new Map(
      [...items].map(([path, item]) => [path, JSON.stringify({ ...item, version: 0 })]),
    ));
    if (!before) return [{ event: 'put', data: { path: '/', data: { flags, segments } } }];
    return differences(
      before,
      next,
      (path) => ({ path, data: items.get(path) }),
      (path) => ({ path, version: revision.number }),
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

function writeEvents({ response }: Stream, events: readonly StreamEvent[]): void {
  if (response.destroyed || events.length === 0) return;
  response.write(
    events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
  );
}
