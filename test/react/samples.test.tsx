import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { MaintenanceGate } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { createTestSource, MaintenanceTestProvider } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Order } from '../../stories/guides/samples/allow.js';
import { NoteEditor } from '../../stories/guides/samples/editor.js';
import { App as FirstGate } from '../../stories/guides/samples/firstGate.js';
import { App as German } from '../../stories/guides/samples/german.js';
import { App as LaunchDarkly } from '../../stories/guides/samples/launchDarkly.js';
import { App as OwnWords } from '../../stories/guides/samples/ownWords.js';
import { startFlagServer } from '../flag-server/startFlagServer.js';

const RealRequest = globalThis.XMLHttpRequest;

beforeEach(() => {
  localStorage.clear();
  // The SDK logs its status.
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

  it('makes an editor read-only while its gate is closed', () => {
    const source = createTestSource();
    render(
      <MaintenanceTestProvider source={source}>
        <MaintenanceGate feature="notes" requires="write" whenClosed="read-only">
          <NoteEditor />
        </MaintenanceGate>
      </MaintenanceTestProvider>,
    );
    const editor = screen.getByLabelText<HTMLTextAreaElement>('Note');
    expect(editor.readOnly).toBe(false);

    act(() => source.start('notes', 'read-only'));

    expect(editor.readOnly).toBe(true);
  });

  it('keeps allowed elements of a closed gate working', () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(navigator, 'clipboard'));
    const source = createTestSource();
    render(
      <MaintenanceTestProvider source={source}>
        <Order number="1044" />
      </MaintenanceTestProvider>,
    );
    act(() => source.start('checkout', 'read-only'));

    fireEvent.click(screen.getByRole('button', { name: 'Copy the number of the order' }));

    expect(writeText).toHaveBeenCalledWith('1044');
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
  ])('shows what is closed %s', (_what, App) => {
    render(<App source={memorySource({ 'search-maintenance': 'down' })} />);

    expect(document.body.textContent).toMatch(/nicht verfügbar/);
  });
});
