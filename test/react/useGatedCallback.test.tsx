import type { ReactNode } from 'react';
import { act, cleanup, renderHook } from '@testing-library/react';
import { MaintenanceProvider, useGatedCallback, type GatedCallbackOptions } from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(cleanup);

function renderAction<Args extends unknown[], Result>(
  source: MemorySource,
  action: (...args: Args) => Result | Promise<Result>,
  options?: GatedCallbackOptions,
) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MaintenanceProvider source={source}>{children}</MaintenanceProvider>
  );
  return renderHook((latest) => useGatedCallback('comments', latest, options), {
    wrapper,
    initialProps: action,
  });
}

/** An action that ends when it is told to. */
function openEnded() {
  const ends: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const action = vi.fn(() => new Promise<string>((resolve, reject) => ends.push({ resolve, reject })));
  return { action, ends };
}

it('runs the action with its arguments while the feature is open', async () => {
  const { result } = renderAction(memorySource(), (a: number, b: number) => a + b);

  let sum: number | undefined;
  await act(async () => {
    sum = await result.current[0](1, 2);
  });

  expect(sum).toBe(3);
  expect(result.current[1]).toEqual({ open: true, pending: false });
});

it('does not run the action while the feature is closed, and returns why', async () => {
  const action = vi.fn();
  const onBlocked = vi.fn();
  const { result } = renderAction(memorySource({ comments: 'read-only' }), action, { onBlocked });

  const returned = await act(() => result.current[0]());

  expect(returned).toBeUndefined();
  expect(action).not.toHaveBeenCalled();
  expect(onBlocked).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ feature: 'comments', mode: 'read-only' }),
  );
  expect(result.current[1].open).toBe(false);
});

it('runs an action that only reads while the feature is read-only', async () => {
  const action = vi.fn();
  const { result } = renderAction(memorySource({ comments: 'read-only' }), action, { requires: 'read' });

  await act(() => result.current[0]());

  expect(action).toHaveBeenCalledOnce();
});

it('uses the state at the moment of the call, before React renders it', async () => {
  const source = memorySource();
  const action = vi.fn();
  const { result } = renderAction(source, action);

  await act(async () => {
    source.set('comments', true);
    await result.current[0]();
  });

  expect(action).not.toHaveBeenCalled();
});

it('never runs twice at once, and returns that it is busy', async () => {
  const { action, ends } = openEnded();
  const { result } = renderAction(memorySource(), action);

  let first: Promise<string | undefined> | undefined;
  let second: Promise<string | undefined> | undefined;
  act(() => {
    first = result.current[0]();
    second = result.current[0]();
  });
  expect(action).toHaveBeenCalledOnce();
  expect(result.current[1].pending).toBe(true);
  await act(async () => ends[0]?.resolve('sent'));

  expect(await first).toBe('sent');
  expect(await second).toBeUndefined();
  expect(result.current[1].pending).toBe(false);
});

it('lets a running action finish when the feature closes', async () => {
  const source = memorySource();
  const { action, ends } = openEnded();
  const { result } = renderAction(source, action);

  let sent: Promise<string | undefined> | undefined;
  act(() => {
    sent = result.current[0]();
  });
  act(() => source.set('comments', true));
  expect(result.current[1]).toEqual({ open: false, pending: true });
  await act(async () => ends[0]?.resolve('sent'));

  expect(await sent).toBe('sent');
  expect(result.current[1]).toEqual({ open: false, pending: false });
});

it('passes on an error of the action, and can run again', async () => {
  const { action, ends } = openEnded();
  const { result } = renderAction(memorySource(), action);

  const failed = act(async () => {
    const sent = result.current[0]();
    ends[0]?.reject(new Error('refused'));
    await sent;
  });
  await expect(failed).rejects.toThrow('refused');
  await act(async () => void result.current[0]());

  expect(action).toHaveBeenCalledTimes(2);
});

it('stays the same function and calls the latest action', async () => {
  const first = vi.fn();
  const latest = vi.fn();
  const { result, rerender } = renderAction(memorySource(), first);
  const run = result.current[0];

  rerender(latest);
  await act(() => run());

  expect(result.current[0]).toBe(run);
  expect(first).not.toHaveBeenCalled();
  expect(latest).toHaveBeenCalledOnce();
});
