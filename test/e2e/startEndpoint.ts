import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** An app's own endpoint for flags, as JSON with an ETag and as a stream of events, until the test ends. */
export interface Endpoint {
  readonly url: string;
  /** The status of each answer to a request for the flags. */
  readonly answers: number[];
  /** How many streams are open. */
  readonly openStreams: number;
  set(flag: string, value: unknown): void;
  /** Ends every stream; while `refusing`, those who come back are answered with 503. */
  cut(refusing: boolean): void;
}

export async function startEndpoint(): Promise<Endpoint> {
  const flags: Record<string, unknown> = { 'search-maintenance': false, 'comments-maintenance': false };
  const answers: number[] = [];
  const streams = new Set<ServerResponse>();
  let refuses = false;
  const server = createServer(({ url, headers }, response) => {
    response.setHeader('access-control-allow-origin', '*');
    const body = JSON.stringify(flags);
    if (url === '/stream') {
      if (refuses) return void response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`retry: 50\nevent: put\ndata: ${body}\n\n`);
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    if (url !== '/flags') return void response.writeHead(204).end();
    const etag = JSON.stringify(Buffer.from(body).toString('base64url'));
    const status = headers['if-none-match'] === etag ? 304 : 200;
    answers.push(status);
    response.writeHead(status, { etag, 'content-type': 'application/json' }).end(status === 200 ? body : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    get openStreams() {
      return streams.size;
    },
    set(flag, value) {
      flags[flag] = value;
      for (const stream of streams) stream.write(`data: ${JSON.stringify({ [flag]: value })}\n\n`);
    },
    cut(refusing) {
      refuses = refusing;
      for (const stream of streams) stream.destroy();
    },
  };
}
