import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createRevision, type FlagRevision } from '../../src/flag-server/createFlagState.js';
import { createStreams, type Streams } from '../../src/flag-server/createStreams.js';
import { parseFlagFile } from '../../src/flag-server/parseFlagFile.js';

const bob = { context: { kind: 'user', key: 'bob' }, withReasons: false };
let server: Server;
let streams: Streams;
let revisionNumber: number;
const revisions: FlagRevision[] = [];
const sockets: Socket[] = [];
const responses: ServerResponse[] = [];

/** A revision with one flag. By default its value is a text that fills the buffers of a connection. */
async function nextRevision(length = 1024 * 1024): Promise<FlagRevision> {
  revisionNumber += 1;
  const value = `${revisionNumber}:${'x'.repeat(length)}`;
  const revision = await createRevision(
    parseFlagFile(JSON.stringify({ flagValues: { value } }), 'f'),
    revisionNumber,
  );
  revisions.push(revision);
  return revision;
}

beforeEach(async () => {
  revisionNumber = 0;
  streams = createStreams(50);
  const first = await nextRevision(0);
  server = createServer((request, response) => {
    responses.push(response);
    void (request.url === '/data' ? streams.openData(response, first) : streams.open(response, bob, first));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  responses.length = 0;
  server.close();
  await once(server, 'close');
  for (const revision of revisions.splice(0)) revision.close();
});

/** A client that reads nothing until it is told to. */
async function openStream(path: string): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket.pause());
  socket.on('error', () => undefined);
  const before = streams.size;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await expect.poll(() => streams.size).toBe(before + 1);
  return socket;
}

it.each(['/eval', '/data'])(
  'buffers at most one revision for a client of %s that reads nothing, and disconnects it',
  async (path) => {
    const socket = await openStream(path);
    const [response] = responses;
    let most = 0;

    // The system's own buffers take some of it first.
    for (let change = 0; change < 300 && streams.size > 0; change += 1) {
      await streams.publish(await nextRevision());
      // Heartbeats have their turn.
      await setImmediate();
      most = Math.max(most, response?.writableLength ?? 0);
    }

    expect(streams.size).toBe(0);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(3 * 1024 * 1024);
    expect(socket.destroyed).toBe(false);
  },
);

it('sends a slow client only the newest revision, after it has read the last one', async () => {
  streams = createStreams(60_000);
  const socket = await openStream('/eval');
  for (let change = 0; change < 20; change += 1) await streams.publish(await nextRevision());
  let text = '';

  socket
    .setEncoding('utf8')
    .on('data', (part: string) => (text += part))
    .resume();

  await expect.poll(() => text.includes('"value":"21:'), { timeout: 10_000 }).toBe(true);
  const sent = [...text.matchAll(/"value":"(\d+):/g)].map(([, number]) => Number(number));
  expect(sent).toEqual([...sent].sort((one, other) => one - other));
  expect(sent.length).toBeLessThan(6);
});

it('opens a thousand streams, and tells the next client why it is refused', async () => {
  const revision = await nextRevision(0);
  const { port } = server.address() as AddressInfo;
  const opened = Array.from({ length: 1000 }, () => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket.on('error', () => undefined));
    socket.resume().write('GET /eval HTTP/1.1\r\nhost: localhost\r\n\r\n');
    return once(socket, 'data');
  });
  await Promise.all(opened);

  const refused = streams.open(responses[0] as ServerResponse, bob, revision);

  await expect(refused).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('1000 streams'),
  });
});
