import { PassThrough } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { TextDecoder, TextEncoder } from 'node:util';
import { MessageChannel } from 'node:worker_threads';

import { act } from '@testing-library/react';
import type { ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { memorySource } from 'react-maintenance-mode/core';
import { serializeSnapshot, takeSnapshot, type Snapshot } from 'react-maintenance-mode/server';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { features, noon, ServedShop } from './ServedShop.js';

const hour = 3_600_000;

const values: Record<string, unknown> = {
  'no maintenance': false,
  'a scheduled one': { startsAt: noon + hour, endsAt: noon + 2 * hour },
  'one under way': { endsAt: noon + hour, title: '</script><b>&' },
  'one past its end': { endsAt: noon - hour },
  'one that reopens in turn': { endsAt: noon - 1, endsAutomatically: true, reopenOverSeconds: 3600 },
  'a read-only one': 'read-only',
  'a degraded one': 'degraded',
};

/** How an app puts its pages on the wire. */
const ways: Record<string, (page: ReactNode) => Promise<string>> = {
  async renderToPipeableStream(page) {
    const { renderToPipeableStream } = await import('react-dom/server');
    return new Promise((resolve, reject) => {
      let html = '';
      const sink = new PassThrough();
      sink.on('data', (chunk) => (html += String(chunk)));
      sink.on('end', () => resolve(html));
      const { pipe } = renderToPipeableStream(page, { onShellReady: () => void pipe(sink), onError: reject });
    });
  },
  async renderToReadableStream(page) {
    vi.stubGlobal('MessageChannel', MessageChannel);
    vi.stubGlobal('ReadableStream', ReadableStream);
    vi.stubGlobal('TextEncoder', TextEncoder);
    // With Node.js 20, React logs a warning about its environment.
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { renderToReadableStream } = await import('react-dom/server.browser');
    const reader = (await renderToReadableStream(page)).getReader();
    const decoder = new TextDecoder();
    let html = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      html += decoder.decode(value, { stream: true });
    }
    expect(
      warned.mock.calls.filter(([text]) => !/ArrayBuffer\.prototype\.detached/.test(String(text))),
    ).toEqual([]);
    return html;
  },
  async 'static HTML'(page) {
    const { renderToString } = await import('react-dom/server');
    return renderToString(page);
  },
};

const closings: (() => void)[] = [];

afterEach(() => {
  for (const close of closings.splice(0)) close();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

/** The page as a server renders it: with modules of its own, since servers share none with the browser. */
async function serve(way: string, snapshot: Snapshot): Promise<HTMLElement> {
  vi.resetModules();
  const { ServedShop: ServersShop } = await import('./ServedShop.js');
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = (await ways[way]?.(<ServersShop snapshot={snapshot} />)) ?? '';
  return container;
}

/** Takes the page over, and says what did not fit. */
async function takeOver(container: HTMLElement, page: ReactNode): Promise<unknown[]> {
  const errors: unknown[] = [];
  await act(async () => {
    const root = hydrateRoot(container, page, { onRecoverableError: (error) => errors.push(error) });
    closings.push(() => act(() => root.unmount()));
  });
  return errors;
}

describe.each(Object.keys(ways))('%s', (way) => {
  it.each(Object.keys(values))(
    'equals the first client render for %s, and then subscribes without another render',
    async (name) => {
      const flags = { 'search-maintenance': values[name], 'comments-maintenance': false };
      const text = serializeSnapshot(takeSnapshot({ features, flags, now: noon }));
      // As a script in the page reads it.
      const snapshot: Snapshot = JSON.parse(text);
      const container = await serve(way, snapshot);
      const query = container.querySelector('input');
      let renders = 0;

      const errors = await takeOver(
        container,
        <ServedShop snapshot={snapshot} source={memorySource(flags)} onRender={() => (renders += 1)} />,
      );

      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      expect(errors).toEqual([]);
      expect(renders).toBe(1);
      expect(container.textContent).toContain('comments: none');
      // The HTML of the server is not replaced.
      if (query) expect(container.querySelector('input')).toBe(query);
    },
  );

  it('of no user hydrates as the page of a user', async () => {
    const snapshot = takeSnapshot({ features, flags: {}, now: noon });
    const container = await serve(way, snapshot);
    const source = memorySource({ 'search-maintenance': true });

    const errors = await takeOver(container, <ServedShop snapshot={snapshot} source={source} />);

    expect(errors).toEqual([]);
    expect(container.textContent).toContain('Search is unavailable');
  });
});
