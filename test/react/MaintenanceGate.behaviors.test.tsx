import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { version, StrictMode, createRef, useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, MaintenanceProvider, useGate, type ClosedBehavior } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it } from 'vitest';

afterEach(cleanup);

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const inSight: readonly ClosedBehavior[] = ['disable', 'read-only', 'overlay'];

describe.each(behaviors)('a gate that closes with %s', (closed) => {
  it('mounts nothing while it is down from the start', () => {
    let mounted = 0;
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Mounts onMount={() => void (mounted += 1)} />
      </MaintenanceGate>,
      { search: true },
    );
    expect(mounted).toBe(0);
    expect(screen.queryAllByRole('heading', { level: 3 })).toHaveLength(closed === 'hide' ? 0 : 1);

    act(() => source.set('search', false));
    expect(mounted).toBe(1);
  });

  it('has attributes with its state and its behavior only while they apply', () => {
    const { source } = open(<MaintenanceGate feature="search" whenClosed={closed} data-testid="gate" />);
    const gate = screen.getByTestId('gate');
    expect(gate.dataset).toMatchObject({
      maintenanceGate: 'search',
      maintenanceMode: 'none',
      maintenancePhase: 'none',
      maintenanceState: 'open',
    });
    expect(gate.dataset.maintenanceClosed).toBeUndefined();

    act(() => source.set('search', true));
    expect(gate.dataset).toMatchObject({
      maintenanceMode: 'down',
      maintenancePhase: 'active',
      maintenanceState: 'closed',
      maintenanceClosed: closed,
    });
  });

  it('mounts its children once, however often it closes, and under StrictMode', () => {
    let mounted = 0;
    const { source } = open(
      <StrictMode>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <KeepsState onFirstRender={() => (mounted += 1)} />
        </MaintenanceGate>
      </StrictMode>,
    );
    const before = mounted;

    for (const value of [true, false, true, false]) act(() => source.set('search', value));

    expect(mounted).toBe(before);
  });

  it('gives its state to its children through useGate, also to those in an open gate inside it', () => {
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <MaintenanceGate feature="filters">
          <Tells />
        </MaintenanceGate>
      </MaintenanceGate>,
    );
    expect(screen.getByTestId('tells').textContent).toBe('open');

    act(() => source.set('search', true));
    expect(screen.getByTestId('tells').textContent).toBe(closed);

    act(() => source.set('search', false));
    expect(screen.getByTestId('tells').textContent).toBe('open');
  });

  it('leaves nothing locked when it is unmounted while closed', () => {
    function Owner({ shown }: { shown: boolean }) {
      return (
        <MaintenanceProvider source={source}>
          {shown ? (
            <MaintenanceGate feature="search" whenClosed={closed}>
              <input aria-label="query" />
            </MaintenanceGate>
          ) : null}
        </MaintenanceProvider>
      );
    }
    const source = memorySource();
    const { rerender } = render(<Owner shown />);
    const input = screen.getByLabelText<HTMLInputElement>('query');
    act(() => source.set('search', true));

    rerender(<Owner shown={false} />);

    expect(input.readOnly).toBe(false);
  });
});

describe.each(inSight)('a gate that closes with %s', (closed) => {
  it('shows its children from the start if they can still be read', () => {
    open(
      <MaintenanceGate feature="search" requires="write" whenClosed={closed}>
        <p>Comments</p>
      </MaintenanceGate>,
      { search: 'read-only' },
    );

    expect(screen.getByText('Comments')).toBeTruthy();
    expect(screen.getByRole('heading', { level: 3 })).toBeTruthy();
  });

  it('keeps the effects of visible children running', () => {
    const running = new Set<string>();
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Polls running={running} />
      </MaintenanceGate>,
    );

    act(() => source.set('search', true));

    expect([...running]).toEqual(['poll']);
  });
});

describe.each(['replace', 'hide'] as const)('a gate that closes with %s', (closed) => {
  it('keeps effects alive', () => {
    const running = new Set<string>();
    const stops: string[] = [];
    const onStop = () => stops.push('poll');
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Polls running={running} onStop={onStop} />
      </MaintenanceGate>,
    );

    act(() => source.set('search', true));
    act(() => source.set('search', false));

    expect(stops).toEqual([]);
    expect([...running]).toEqual(['poll']);
  });

  it('pauses effects if effects="pause" is set and React supports it', () => {
    const running = new Set<string>();
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed} effects="pause">
        <Polls running={running} />
      </MaintenanceGate>,
    );

    act(() => source.set('search', true));
    expect([...running]).toEqual(parseInt(version) > 18 ? [] : ['poll']);
    act(() => source.set('search', false));

    expect([...running]).toEqual(['poll']);
  });

  it('mounts nothing if its children can only be read from the start', () => {
    open(
      <MaintenanceGate feature="search" requires="write" whenClosed={closed}>
        <p>Comments</p>
      </MaintenanceGate>,
      { search: 'read-only' },
    );

    expect(screen.queryByText('Comments')).toBeNull();
  });
});

describe('MaintenanceGate', () => {
  it('passes className, style, ref and other props to its element', () => {
    const ref = createRef<HTMLDivElement>();
    open(
      <MaintenanceGate
        ref={ref}
        feature="search"
        className="box"
        style={{ color: 'red' }}
        lang="en"
        id="gate"
      />,
    );

    expect(ref.current).toBe(document.getElementById('gate'));
    expect(ref.current?.className).toBe('box');
    expect(ref.current?.style.color).toBe('red');
    expect(ref.current?.lang).toBe('en');
  });

  it('shows a custom fallback in a named group, and calls a fallback function with the state', () => {
    open(
      <MaintenanceGate feature="search" fallback={({ mode }) => <p>Search is {mode}.</p>}>
        <p>Search</p>
      </MaintenanceGate>,
      { search: true },
    );

    expect(screen.getByRole('group', { name: 'search' }).textContent).toBe('Search is down.');
  });

  it('shows no notice when the fallback is null', () => {
    const { container } = open(<MaintenanceGate feature="search" fallback={null} />, { search: true });

    expect(container.textContent).toBe('');
  });

  it('calls a children function with the state, and stays open while the feature is degraded', () => {
    open(<MaintenanceGate feature="search">{({ mode }) => <p>Search: {mode}</p>}</MaintenanceGate>, {
      search: 'degraded',
    });

    expect(screen.getByText('Search: degraded')).toBeTruthy();
  });

  it('renders its notice with the heading level that is set', () => {
    open(<MaintenanceGate feature="search" headingLevel={5} />, { search: true });

    expect(screen.getByRole('heading', { level: 5 })).toBeTruthy();
  });

  it('can change its behavior while it is closed', () => {
    const source = memorySource({ search: 'read-only' });
    const gate = (closed: ClosedBehavior) => (
      <MaintenanceProvider source={source}>
        <MaintenanceGate feature="search" requires="write" whenClosed={closed}>
          <input aria-label="query" />
        </MaintenanceGate>
      </MaintenanceProvider>
    );
    const { rerender } = render(gate('read-only'));
    const input = screen.getByLabelText<HTMLInputElement>('query');
    expect(input.readOnly).toBe(true);

    rerender(gate('overlay'));
    expect(input.readOnly).toBe(false);
    expect(input.closest('[inert]')).toBeTruthy();
    rerender(gate('disable'));

    expect(input.readOnly).toBe(true);
    expect(input.closest('[inert]')).toBeNull();
  });

  it('does not change elements that the app itself made read-only', () => {
    const gate = (locked: boolean) => (
      <MaintenanceGate feature="search" whenClosed="read-only">
        <input aria-label="query" readOnly={locked} />
        <textarea aria-label="note" readOnly />
      </MaintenanceGate>
    );
    const { source, rerender } = open(gate(false));
    act(() => source.set('search', true));
    rerender(gate(true));

    act(() => source.set('search', false));

    expect(screen.getByLabelText<HTMLInputElement>('query').readOnly).toBe(true);
    expect(screen.getByLabelText<HTMLTextAreaElement>('note').readOnly).toBe(true);
  });

  it('locks elements that are added while it is closed', async () => {
    const { source, rerender } = open(<MaintenanceGate feature="search" whenClosed="disable" />);
    act(() => source.set('search', true));

    rerender(
      <MaintenanceGate feature="search" whenClosed="disable">
        <iframe title="frame" />
      </MaintenanceGate>,
    );

    await expect.poll(() => screen.getByTitle('frame').hasAttribute('inert')).toBe(true);
  });

  it.each(behaviors)('blocks elements in a portal, with each version of React: %s', (closed) => {
    const hits: string[] = [];
    const { source } = open(
      <MaintenanceGate feature="search" whenClosed={closed}>
        {createPortal(<button onClick={() => hits.push('portal')}>Save</button>, document.body)}
      </MaintenanceGate>,
    );
    act(() => source.set('search', true));

    fireEvent.click(screen.getByText('Save'));

    expect(hits).toEqual([]);
  });
});

function open(ui: ReactNode, flags: Readonly<Record<string, unknown>> = {}) {
  const source = memorySource(flags);
  const inProvider = (children: ReactNode) => (
    <MaintenanceProvider source={source}>{children}</MaintenanceProvider>
  );
  const view = render(inProvider(ui));
  return { ...view, source, rerender: (next: ReactNode) => view.rerender(inProvider(next)) };
}

function Mounts({ onMount }: { onMount: () => void }) {
  useEffect(() => {
    onMount();
    // Mounted once, whatever the props are.
  }, []);
  return null;
}

function KeepsState({ onFirstRender }: { onFirstRender: () => void }) {
  useState(onFirstRender);
  return null;
}

function Tells() {
  return <p data-testid="tells">{useGate()}</p>;
}

function Polls({ running, onStop }: { running: Set<string>; onStop?: () => void }) {
  useEffect(() => {
    running.add('poll');
    return () => {
      running.delete('poll');
      onStop?.();
    };
  }, [running, onStop]);
  return null;
}
