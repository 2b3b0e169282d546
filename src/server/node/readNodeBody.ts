import type { IncomingMessage } from 'node:http';
import { goneOn, refuseUnreadable, tooLong, UnreadableBody } from '../requestBody.js';

/** What frameworks and HTTP/2 add to a request of Node. */
type BodyRequest = IncomingMessage & {
  /** What a parser in front of the middleware made of it. */
  readonly body?: unknown;
  /** Of HTTP/2. */
  readonly stream?: { readonly endAfterHeaders?: boolean; readonly readableEnded?: boolean };
};

/** Reads a body and puts it back, so that the app can still read all of it. */
export async function readNodeBody(
  request: BodyRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const { body, headers } = request;
  if (body !== undefined) return textOf(body);
  refuseUnreadable((name) => [headers[name] ?? []].flat()[0] ?? null, maxBytes);
  if (!hasBody(request)) return '';
  if (signal.aborted) throw goneOn();
  if (request.readableEnded || request.destroyed) throw new UnreadableBody('the body was read before');
  return new TextDecoder().decode(await peek(request, maxBytes, signal));
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (JSON.stringify(body) ?? '');
}

function hasBody({ headers, stream }: BodyRequest): boolean {
  if (stream) return !stream.endAfterHeaders;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function peek(request: BodyRequest, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

    function take(): void {
      // Do not read at the end, or the stream emits `end` before the app listens.
      while (request.readableLength) {
        const chunk: unknown = request.read();
        if (chunk === null) break;
        // A string where somebody set an encoding.
        const bytes = Buffer.isBuffer(chunk)
          ? chunk
          : Buffer.from(String(chunk), request.readableEncoding ?? 'utf8');
        chunks.push(bytes);
        length += bytes.length;
      }
      if (length > maxBytes) putBack(() => reject(tooLong(maxBytes)));
      else if (isComplete(request)) putBack(() => resolve(Buffer.concat(chunks)));
    }

    function gone(): void {
      stop();
      reject(new UnreadableBody('the client left'));
    }

    function giveUp(): void {
      putBack(() => reject(goneOn()));
    }

    function putBack(settle: () => void): void {
      stop();
      // In the same tick as the last read: then the stream has not ended yet.
      if (length) request.unshift(Buffer.concat(chunks));
      settle();
    }

    function stop(): void {
      request.off('readable', take);
      request.off('close', gone);
      request.off('error', gone);
      signal.removeEventListener('abort', giveUp);
    }

    request.on('readable', take);
    request.on('close', gone);
    request.on('error', gone);
    signal.addEventListener('abort', giveUp);
    take();
  });
}

/** Whether all of the body has arrived. */
function isComplete({ stream, complete }: BodyRequest): boolean {
  return stream ? stream.readableEnded === true : complete;
}
