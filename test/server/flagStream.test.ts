import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { EventSource } from 'eventsource';
import { eventStreamSource } from 'react-maintenance-mode/http';
import { flagStream, type FlagStream, type FlagStreamOptions } from 'react-maintenance-mode/server';
import { flagSourceContract } from 'react-maintenance-mode/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const off = { 'search-maintenance': false, 'comments-maintenance': false };

/** An app whose flags a test sets for each user, with a server that streams them in one of both ways. */
async function startApp(
  way: 'web' | 'node',
  options: Partial<FlagStreamOptions<string>> = {},
): Promise<{
  url: string;
  stream: FlagStream<string>;
  set: (user: string, flags: Record<string, unknown>) => void;
}> {
  const flags = new Map<string, Record<string, unknown>>();
  const stream = flagStream<string>({ readFlags: (user) => flags.get(user) ?? off, ...options });
  const server = createServer(async (request, response) => {
    const user = new URL(request.url ?? '', 'http://app').searchParams.get('user') ?? 'bob';
    response.setHeader('access-control-allow-origin', '*');
    if (way === 'node') return stream.send(request, response, user);
    const answer = stream.respond(user);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const reader = answer.body?.getReader();
    response.on('close', () => void reader?.cancel());
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      response.write(chunk.value);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    stream.end();
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stream,
    set(user, next) {
      flags.set(user, next);
      stream.changed((one) => one === user);
    },
  };
}

/** Reads a stream by hand. */
function listen(url: string): { socket: Socket; text: () => string } {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => text };
}

describe.each(['web', 'node'] as const)('on %s', (way) => {
  describe('is what eventStreamSource reads:', () => {
    const checks = flagSourceContract(async () => {
      const flags: Record<string, unknown> = { ...off };
      const { url, set } = await startApp(way, {});
      return {
        source: eventStreamSource(url, { EventSource }),
        set(flag, value) {
          flags[flag] = value;
          set('bob', { ...flags });
        },
      };
    });

    it.each(checks)('$title', ({ check }) => check());
  });

  it('sends all flags first, then those that changed, and null for a flag that is gone', async () => {
    const { url, set } = await startApp(way);
    const { text } = listen(url);
    await expect.poll(text).toContain(`event: put\ndata: ${JSON.stringify(off)}\n\n`);

    set('bob', { ...off, 'search-maintenance': { mode: 'down' } });
    await expect.poll(text).toContain('\ndata: {"search-maintenance":{"mode":"down"}}\n\n');
    set('bob', { 'search-maintenance': { mode: 'down' } });
    await expect.poll(text).toContain('data: {"comments-maintenance":null}\n\n');
  });

  it('sends nothing to users whose flags did not change', async () => {
    const { url, set, stream } = await startApp(way);
    const ann = listen(`${url}/?user=ann`);
    const bob = listen(`${url}/?user=bob`);
    await expect.poll(ann.text).toContain('event: put');
    await expect.poll(bob.text).toContain('event: put');

    set('bob', { ...off, 'search-maintenance': true });
    stream.changed();
    await expect.poll(bob.text).toContain('data: {"search-maintenance":true}');

    expect(ann.text()).not.toContain('"search-maintenance":true');
  });

  it('forgets a reader that disconnects', async () => {
    const { url, stream } = await startApp(way);
    const { socket, text } = listen(url);
    await expect.poll(text).toContain('event: put');
    expect(stream.size).toBe(1);

    socket.destroy();

    await expect.poll(() => stream.size).toBe(0);
  });

  it('ends only the streams of a user who signed out', async () => {
    const { url, stream } = await startApp(way);
    const ann = listen(`${url}/?user=ann`);
    const bob = listen(`${url}/?user=bob`);
    await expect.poll(ann.text).toContain('event: put');
    await expect.poll(bob.text).toContain('event: put');

    stream.end((user) => user === 'bob');

    // The last chunk of the answer.
    await expect.poll(bob.text).toMatch(/\r\n0\r\n\r\n$/);
    expect(stream.size).toBe(1);
  });

  it('refuses streams over the limit with Retry-After', async () => {
    const { url } = await startApp(way, { maxStreams: 1 });
    await expect.poll(listen(url).text).toContain('event: put');

    const second = await fetch(url);

    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toBe('30');
  });

  it('ends the stream if flags cannot be read, and reports why', async () => {
    const onError = vi.fn();
    const { url, stream } = await startApp(way, {
      onError,
      readFlags: () => Promise.reject(new Error('No table.')),
    });
    const { text } = listen(url);

    await expect.poll(() => onError.mock.calls.length).toBe(1);
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'flags-failed', message: expect.stringContaining('No table.') }),
    );
    await expect.poll(() => stream.size).toBe(0);
    expect(text()).not.toContain('event: put');
  });

  it('has headers that prevent proxies from delaying events', async () => {
    const { url } = await startApp(way);

    const { headers, body } = await fetch(url);
    await body?.cancel();

    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
  });
});

it('sends a heartbeat, so that proxies keep the connection open', async () => {
  const { url } = await startApp('node', { heartbeatMs: 20 });
  const { text } = listen(url);

  await expect.poll(text).toMatch(/event: put[\s\S]*:\n\n[\s\S]*:\n\n/);
});

it('keeps one event for a slow reader, sends the newest once it reads, and otherwise cuts it off', async () => {
  let reads = 0;
  const flags = { text: 'x'.repeat(4_000_000) };
  const { url, stream } = await startApp('node', {
    heartbeatMs: 100_000,
    readFlags: () => ({ ...flags, count: (reads += 1) }),
  });
  const { socket, text } = listen(url);
  socket.pause();
  await expect.poll(() => reads).toBe(1);
  for (let round = 0; round < 50; round += 1) {
    stream.changed();
    await new Promise((resolve) => setImmediate(resolve));
  }
  // It was not read again for a reader that has not read the first event.
  expect(reads).toBe(1);

  socket.resume();

  await expect.poll(text).toContain('data: {"count":2}');
  expect(reads).toBe(2);
});

it('cuts off a reader that has read nothing for two heartbeats', async () => {
  const { url, stream } = await startApp('node', {
    heartbeatMs: 30,
    readFlags: () => ({ text: 'x'.repeat(8_000_000) }),
  });
  listen(url).socket.pause();

  await expect.poll(() => stream.size).toBe(1);
  await expect.poll(() => stream.size).toBe(0);
});

it.each([
  [{ readFlags: 5 }, /readFlags/],
  [{ readFlags: () => off, heartbeatMs: 0 }, /heartbeatMs/],
  [{ readFlags: () => off, maxStreams: -1 }, /maxStreams/],
])('refuses %j', (options, message) => {
  // What a user without types may write.
  expect(() => flagStream(options as never)).toThrow(message);
});
