import { cleanup, render, screen } from '@testing-library/react';
import { Component, type ReactNode } from 'react';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  useSourceStatus,
  type Features,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

afterEach(cleanup);

class Boundary extends Component<{ children: ReactNode }, { message: string }> {
  override state = { message: '' };
  static getDerivedStateFromError({ message }: Error): { message: string } {
    return { message };
  }
  override render(): ReactNode {
    return this.state.message ? <p role="alert">{this.state.message}</p> : this.props.children;
  }
}

const messageOf = (content: ReactNode): string | null => {
  render(<Boundary>{content}</Boundary>);
  return screen.getByRole('alert').textContent;
};

describe('in development', () => {
  beforeEach(() => {
    // React logs errors that a boundary caught, and with React 18 jsdom logs them, too.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const quiet = (event: ErrorEvent) => event.preventDefault();
    window.addEventListener('error', quiet);
    onTestFinished(() => window.removeEventListener('error', quiet));
  });

  it('a gate outside of a provider throws an error that says where it belongs', () => {
    expect(messageOf(<MaintenanceGate feature="search" />)).toBe(
      '[react-maintenance-mode] <MaintenanceGate> must be below <MaintenanceProvider>. Wrap the app in it. ' +
        'See node_modules/react-maintenance-mode/ERRORS.md#no-provider',
    );
  });

  it('a hook outside of a provider throws an error that says where it belongs', () => {
    const Search = (): ReactNode => useMaintenance('search').mode;
    expect(messageOf(<Search />)).toContain('useMaintenance() must be below <MaintenanceProvider>');
    cleanup();

    const Status = (): ReactNode => useSourceStatus().state;
    expect(messageOf(<Status />)).toContain('useSourceStatus() must be below <MaintenanceProvider>');
  });

  it('features that were not defined throw an error that says what to call', () => {
    // What the types refuse, and JavaScript does not.
    const features = { search: { flag: 'search-maintenance' } } as unknown as Features;

    expect(messageOf(<MaintenanceProvider features={features} />)).toMatch(
      /"features" is \{"search":.*expected the result of defineFeatures\(\)/,
    );
  });

  it('an unknown feature throws an error that lists the defined features', () => {
    const features = defineFeatures({ search: { flag: 'a' }, comments: { flag: 'b' } });

    const message = messageOf(
      <MaintenanceProvider features={features}>
        <MaintenanceGate feature="serach" />
      </MaintenanceProvider>,
    );

    expect(message).toContain('"serach"');
    expect(message).toContain('search, comments');
    expect(message).toContain('#unknown-feature');
  });

  describe('a provider whose app renders again while somebody types', () => {
    const keys = ['h', 'ha', 'hal', 'half'];

    it.each([
      ['source', () => ({ source: memorySource() })],
      ['store', () => ({ store: createMaintenanceStore() })],
    ])('says once that it got another %s each time', async (prop, create) => {
      const onError = vi.fn();
      const app = (key: string) => (
        <MaintenanceProvider {...create()} onError={onError}>
          {key}
        </MaintenanceProvider>
      );

      const { rerender } = render(app(''));
      for (const key of keys) rerender(app(key));

      // Errors are reported in a microtask.
      await Promise.resolve();
      expect(onError.mock.calls.map(([{ code, message }]) => [code, message])).toEqual([
        ['unstable-source', expect.stringContaining(`another "${prop}" in each of its last 3 renders`)],
      ]);
    });

    it('says nothing if the source stays the same', async () => {
      const onError = vi.fn();
      const source = memorySource();
      const app = (key: string) => (
        <MaintenanceProvider source={source} onError={onError}>
          {key}
        </MaintenanceProvider>
      );

      const { rerender } = render(app(''));
      for (const key of keys) rerender(app(key));

      // Errors are reported in a microtask.
      await Promise.resolve();
      expect(onError).not.toHaveBeenCalled();
    });

    it('says nothing if people switch between accounts, each with a source', async () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const onError = vi.fn();

      const { rerender } = render(<MaintenanceProvider source={memorySource()} onError={onError} />);
      for (const key of keys) {
        vi.advanceTimersByTime(1000);
        rerender(
          <MaintenanceProvider source={memorySource()} onError={onError}>
            {key}
          </MaintenanceProvider>,
        );
      }

      // Errors are reported in a microtask.
      await Promise.resolve();
      expect(onError).not.toHaveBeenCalled();
    });
  });
});

describe('in production', () => {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
    vi.resetModules();
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  it('the page works without a provider, as if nothing were in maintenance, and the console says so', async () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {});
    const library = await import('react-maintenance-mode');
    const Search = (): ReactNode => {
      const { mode } = library.useMaintenance('search');
      const { state } = library.useSourceStatus();
      return <p>{`${mode} ${state} ${library.useMaintenance().length}`}</p>;
    };

    render(
      <>
        <library.MaintenanceBanner />
        <library.MaintenanceGate feature="search">content</library.MaintenanceGate>
        <Search />
      </>,
    );

    expect(screen.getByText('content')).toBeTruthy();
    expect(screen.getByText('none pending 0')).toBeTruthy();
    const reported = report.mock.calls.map(([error]) => (error as Error).message);
    expect(reported).toContainEqual(expect.stringMatching(/<MaintenanceGate> must be below .*#no-provider/));
  });

  it('the page works with an unknown feature, and onError is called once', async () => {
    const library = await import('react-maintenance-mode');
    const features = library.defineFeatures({ search: { flag: 'a' } });
    const codes: string[] = [];
    // The keys of this registry are any text.
    const unknown: string = 'serach';

    const { rerender } = render(
      <library.MaintenanceProvider features={features} onError={({ code }) => codes.push(code)}>
        <library.MaintenanceGate feature={unknown}>content</library.MaintenanceGate>
      </library.MaintenanceProvider>,
    );
    rerender(
      <library.MaintenanceProvider features={features} onError={({ code }) => codes.push(code)}>
        <library.MaintenanceGate feature={unknown}>content</library.MaintenanceGate>
        <library.MaintenanceGate feature={unknown}>again</library.MaintenanceGate>
      </library.MaintenanceProvider>,
    );

    expect(screen.getByText('again')).toBeTruthy();
    await vi.waitFor(() => expect(codes).toEqual(['unknown-feature']));
  });
});
