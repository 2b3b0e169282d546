import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromium } from 'playwright';
import { onTestFinished } from 'vitest';

import { chromiumOptions } from '../../scripts/chromiumOptions.mjs';

/** A tab of a window, in which one tab is shown and the others are hidden. */
export interface Tab {
  /** Runs an expression in the page and gives what it results in, as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Brings it to the front, which hides the tab that was there. */
  show(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly result?: { targetId?: string; sessionId?: string; result?: { value?: unknown } };
  readonly error?: { readonly message: string };
}

/**
 * Starts a Chromium whose tabs are hidden behind each other, until the test ends: one that Playwright drives shows every tab. The returned
 * function opens a tab in front of the others.
 */
export async function startTabs(): Promise<(address: string) => Promise<Tab>> {
  const profile = await mkdtemp(join(tmpdir(), 'tabs-'));
  const { executablePath = chromium.executablePath(), args } = chromiumOptions();
  // A Chromium without windows hides no tab. There, its pages are told that they are hidden.
  const hidesTabs = !/headless[-_]shell/.test(executablePath);
  const child = spawn(
    executablePath,
    [
      ...args,
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  // Both were asked for as pipes above. Messages are JSON texts that end with a zero.
  const [, , , commands, replies] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (reply: Reply) => void>();
  let rest = '';
  replies.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply;
      if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
    }
  });
  let sent = 0;
  const send = (method: string, params: object, sessionId?: string) =>
    new Promise<NonNullable<Reply['result']>>((resolve, reject) => {
      sent += 1;
      waiting.set(sent, ({ result = {}, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      commands.write(`${JSON.stringify({ id: sent, method, params, sessionId })}\0`);
    });

  const tabs: Tab[] = [];
  async function bringToFront(tab: Tab): Promise<void> {
    if (hidesTabs) return;
    for (const other of tabs) if (other !== tab) await other.evaluate(becomeHidden);
    await tab.evaluate(becomeVisible);
  }
  return async (url) => {
    const { targetId } = await send('Target.createTarget', { url });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const tab: Tab = {
      async evaluate(expression) {
        const options = { expression, returnByValue: true, awaitPromise: true };
        return (await send('Runtime.evaluate', options, sessionId)).result?.value;
      },
      async show() {
        await send('Target.activateTarget', { targetId });
        await bringToFront(tab);
      },
    };
    tabs.push(tab);
    await bringToFront(tab);
    return tab;
  };
}

const becomeHidden = `if (!document.hidden) {
  Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}`;
const becomeVisible = `if (document.hidden) {
  delete document.hidden;
  delete document.visibilityState;
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}`;
