import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { describe, expect, it, vi } from 'vitest';

import { listen } from './listen.js';
import { features, routes } from './shop.js';

interface Shop {
  readonly port: number;
  /** The server's ends of the connections that were to be upgraded. */
  readonly sockets: Duplex[];
  readonly accept: ReturnType<typeof vi.fn>;
}

/** A server that hands its upgrades to the middleware, as the guide says. */
async function startShop(
  readFlags: (request: IncomingMessage) => Promise<Record<string, unknown>>,
): Promise<Shop> {
  const maintenance = maintenanceMiddleware({ features, readFlags, failure: 'open', routes });
  const accept = vi.fn();
  const sockets: Duplex[] = [];
  const server = createServer((_request, response) => response.end('app'));
  server.on('upgrade', (request, socket) => {
    sockets.push(socket);
    maintenance.upgrade(request, socket, () => accept(socket));
  });
  return { port: Number((await listen(server)).port), sockets, accept };
}

function askForUpgrade(port: number, onText: (text: string) => void = () => {}): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  socket.on('data', (chunk) => onText(String(chunk)));
  socket.write(
    'GET /api/search/live HTTP/1.1\r\nhost: shop\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  );
  return socket;
}

const down = async () => ({ 'search-maintenance': true });
const open = async () => ({});

describe('an upgrade whose client resets the connection', () => {
  it('does not end the process while flags are read', async () => {
    let answer = (_flags: Record<string, unknown>): void => {};
    const shop = await startShop(() => new Promise((resolve) => (answer = resolve)));
    const client = askForUpgrade(shop.port);
    await vi.waitFor(() => expect(shop.sockets).toHaveLength(1));

    client.resetAndDestroy();
    await vi.waitFor(() => expect(shop.sockets[0]?.destroyed).toBe(true));
    answer({});

    expect((await fetch(`http://127.0.0.1:${shop.port}/`)).status).toBe(200);
    expect(shop.accept).not.toHaveBeenCalled();
  });

  it('does not end the process after a refusal', async () => {
    const shop = await startShop(down);

    const client = askForUpgrade(shop.port, () => client.resetAndDestroy());

    await vi.waitFor(() => expect(shop.sockets[0]?.destroyed).toBe(true));
    expect((await fetch(`http://127.0.0.1:${shop.port}/`)).status).toBe(200);
  });

  it('does not end the process after the app took it, even if the app has no listener for errors', async () => {
    const shop = await startShop(open);
    const client = askForUpgrade(shop.port);
    await vi.waitFor(() => expect(shop.accept).toHaveBeenCalledTimes(1));

    client.resetAndDestroy();

    await vi.waitFor(() => expect(shop.sockets[0]?.destroyed).toBe(true));
    expect((await fetch(`http://127.0.0.1:${shop.port}/`)).status).toBe(200);
  });
});

describe('a refused upgrade', () => {
  it('is answered completely, and closed if the client never ends its side', async () => {
    const shop = await startShop(down);
    const answers: string[] = [];
    const clients = Array.from({ length: 20 }, (_, index) =>
      askForUpgrade(shop.port, (text) => (answers[index] = (answers[index] ?? '') + text)),
    );

    await vi.waitFor(() => expect(answers.filter((text) => text.endsWith('}'))).toHaveLength(20));
    await vi.waitFor(() => expect(shop.sockets.filter(({ destroyed }) => !destroyed)).toEqual([]), 10_000);

    expect(answers[0]).toMatch(/^HTTP\/1\.1 503 /);
    for (const client of clients) client.destroy();
  });

  it('is closed if the client goes on sending', async () => {
    const shop = await startShop(down);
    const client = askForUpgrade(shop.port);
    const sending = setInterval(() => client.write('x'.repeat(1000)), 5);

    await vi.waitFor(() => expect(shop.sockets[0]?.destroyed).toBe(true), 10_000);

    clearInterval(sending);
    client.destroy();
  });
});
