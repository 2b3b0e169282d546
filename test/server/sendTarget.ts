import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';

import type { RouterApp } from './routerApps.js';

/** What came back: the status, and the name of the handler where one was reached. `0` when nothing came. */
export interface TargetAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request for exactly this target, which no client of Node would send, in the bytes of ISO 8859-1. */
export function sendTarget(
  { port, http2 }: RouterApp,
  target: string,
  headers: Readonly<Record<string, string>>,
): Promise<TargetAnswer> {
  return http2 ? sendOverHttp2(port, target, headers) : sendOverSocket(port, target, headers);
}

function sendOverSocket(
  port: number,
  target: string,
  headers: Readonly<Record<string, string>>,
): Promise<TargetAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const lines = Object.entries({ host: 'localhost', ...headers, connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2);
      // Bodies of unknown length come in chunks.
      const whole = /transfer-encoding: chunked/i.test(head) ? (body.split('\r\n')[1] ?? '') : body;
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), body: whole });
    });
    socket.write(`GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  });
}

function sendOverHttp2(
  port: number,
  target: string,
  headers: Readonly<Record<string, string>>,
): Promise<TargetAnswer> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const answer = { status: 0, body: '' };
    const request = session.request({ ':path': target, ...headers });
    request.setEncoding('utf8');
    request.on('response', (fields) => (answer.status = fields[':status'] ?? 0));
    request.on('data', (chunk) => (answer.body += String(chunk)));
    request.on('error', () => {});
    session.on('error', () => {});
    request.on('close', () => session.destroy());
    session.on('close', () => resolve(answer));
  });
}
