import type { IncomingMessage } from 'node:http';
import express, { type Express, type Response } from 'express';
import { serializeSnapshot, type Snapshot } from 'react-maintenance-mode/server';

export const app: Express = express();

/** Who is signed in: a real app asks its session. */
export function userOf({ headers }: IncomingMessage): string | undefined {
  return headers['x-user']?.toString();
}

export function render(response: Response, snapshot: Snapshot | undefined): void {
  response.send(`<script>window.snapshot = ${serializeSnapshot(snapshot)}</script>`);
}
