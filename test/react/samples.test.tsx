import { cleanup, render, screen } from '@testing-library/react';
import { memorySource } from 'react-maintenance-mode/core';
import { flagSourceContract } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { App as FirstGate } from '../../stories/guides/samples/firstGate.js';
import { App as German } from '../../stories/guides/samples/german.js';
import { App as LaunchDarkly } from '../../stories/guides/samples/launchDarkly.js';
import { clientSource } from '../../stories/guides/samples/ownSource.js';
import { App as OwnWords } from '../../stories/guides/samples/ownWords.js';
import { startFlagServer } from '../flag-server/startFlagServer.js';

const RealRequest = globalThis.XMLHttpRequest;

beforeEach(() => {
  localStorage.clear();
  // The SDK logs how it fares.
  for (const method of ['error', 'warn', 'info'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Sends what the SDK asks of LaunchDarkly to another address: the sample names none. */
function answerFor(launchDarkly: string): void {
  vi.stubGlobal(
    'XMLHttpRequest',
    class extends RealRequest {
      override open(method: string, address: string | URL): void {
        const { pathname, search } = new URL(address);
        super.open(method, new URL(pathname + search, launchDarkly));
      }
    },
  );
}

describe('a sample of the guides', () => {
  it('closes its first gate', () => {
    render(<FirstGate />);

    expect(screen.getByText('Search is unavailable.')).toBeDefined();
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  it('follows LaunchDarkly', async () => {
    const server = await startFlagServer({ flagValues: { 'search-maintenance': true } });
    onTestFinished(server.remove);
    answerFor(server.url);

    render(<LaunchDarkly />);

    await vi.waitFor(() => expect(screen.queryByRole('searchbox')).toBeNull());
    expect(screen.getByRole('heading').textContent).toMatch(/unavailable/);
  });

  it('stays open while LaunchDarkly does not answer', async () => {
    const server = await startFlagServer({});
    answerFor(server.url);
    await server.remove();

    render(<LaunchDarkly />);
    await vi.waitFor(() => expect(console.error).toHaveBeenCalled());

    expect(screen.getByRole('searchbox')).toBeDefined();
  });

  it.each([
    ['in German', German],
    ['in words of its own', OwnWords],
  ])('says what is closed %s', (_what, App) => {
    render(<App source={memorySource({ 'search-maintenance': 'down' })} />);

    expect(document.body.textContent).toMatch(/nicht verfügbar/);
  });

  const createSubject = () => {
    const values = new Map<string, unknown>();
    const listeners = new Set<() => void>();
    const client = {
      getValue: (flag: string) => values.get(flag) ?? false,
      on: (_event: 'change', listener: () => void) => void listeners.add(listener),
      off: (_event: 'change', listener: () => void) => void listeners.delete(listener),
    };
    return {
      source: clientSource(client),
      set(flag: string, value: unknown) {
        values.set(flag, value);
        for (const listener of listeners) listener();
      },
    };
  };
  for (const { title, check } of flagSourceContract(createSubject)) {
    it(`has a source that ${title}`, async () => {
      await expect(check()).resolves.toBeUndefined();
    });
  }
});
