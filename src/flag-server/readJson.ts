import type { IncomingMessage } from 'node:http';

import { HttpProblem } from './HttpProblem.js';

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Reads the body of a request as JSON.
 *
 * @throws HttpProblem 400 when it is not JSON, 413 when it is larger than `maxBytes`.
 */
export async function readJson(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const bytes = await readBody(request, maxBytes);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value;
  } catch {
    throw new HttpProblem('invalid_request', 'Invalid request body: it is not JSON');
  }
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = Number(request.headers['content-length'] ?? 0);
    if (length > maxBytes) return reject(tooLarge(maxBytes));
    length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) return void chunks.push(chunk);
      chunks.length = 0;
      reject(tooLarge(maxBytes));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () =>
      reject(new HttpProblem('invalid_request', 'The request ended before its body')),
    );
    request.on('close', () =>
      reject(new HttpProblem('invalid_request', 'The request ended before its body')),
    );
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem('payload_too_large', `The body is larger than ${maxBytes} bytes`);
}
