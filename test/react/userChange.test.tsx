import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
  type MaintenanceProviderProps,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { memoryStorage } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const features = defineFeatures({
  site: { flag: 'site', label: 'Shop' },
  search: { flag: 'search', label: 'Search' },
});
const moving = { title: 'We are moving your account, Alice', reopenOverSeconds: 600 };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-23T14:20:00Z') });
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Shop(props: MaintenanceProviderProps) {
  return (
    <MaintenanceProvider features={features} timeZone="UTC" {...props}>
      <MaintenanceBanner />
      <MaintenanceGate feature="search">
        <input aria-label="Words" />
      </MaintenanceGate>
    </MaintenanceProvider>
  );
}

const spoken = () => document.querySelector('[data-maintenance-announcer]')?.textContent;
const text = () => document.body.textContent ?? '';

describe('when somebody else signs in', () => {
  it('no notice of the previous user is left, and none says that maintenance is over', () => {
    const source = memorySource({ search: moving });
    render(<Shop source={source} />);
    expect(text()).toContain('Alice');

    act(() => source.setUser('bob', { search: false }));

    expect(text()).toBe('');
  });

  it('a banner about ended maintenance disappears', () => {
    const source = memorySource({ search: true });
    render(<Shop source={source} />);
    act(() => source.set('search', false));
    expect(text()).toContain('Search is available again');

    act(() => source.setUser('bob'));

    expect(text()).not.toContain('Search');
  });

  it('nothing is announced about the previous user', () => {
    const source = memorySource({});
    render(<Shop source={source} />);
    act(() => source.set('search', moving));
    act(() => void vi.advanceTimersByTime(300));
    expect(spoken()).toContain('Alice');

    act(() => source.set('search', { ...moving, mode: 'read-only' }));
    act(() => source.setUser('bob'));
    expect(spoken()).toBe('');
    act(() => void vi.advanceTimersByTime(1000));

    expect(spoken()).toBe('');
  });

  it('changes for the next user are announced', () => {
    const source = memorySource({ search: moving });
    render(<Shop source={source} />);
    act(() => source.setUser('bob'));

    act(() => source.set('search', true));
    act(() => void vi.advanceTimersByTime(300));

    expect(spoken()).toBe('Search is unavailable.');
  });

  it('text in a closed gate is not kept for the next user', () => {
    const source = memorySource({});
    render(<Shop source={source} />);
    const words = () => screen.queryByLabelText<HTMLInputElement>('Words');
    fireEvent.change(words() as HTMLInputElement, { target: { value: 'divorce lawyer' } });
    act(() => source.set('search', true));

    act(() => source.setUser('bob', { search: true }));
    expect(words()).toBeNull();
    act(() => source.set('search', false));

    expect(words()?.value).toBe('');
  });

  it('an open gate does not change', () => {
    const source = memorySource({});
    render(<Shop source={source} />);
    const words = screen.getByLabelText<HTMLInputElement>('Words');

    act(() => source.setUser('bob'));

    expect(screen.getByLabelText('Words')).toBe(words);
  });

  it('a page that the previous user was busy with disappears', () => {
    const source = memorySource({ site: { title: 'We are moving your account, Alice' } });
    render(
      <MaintenanceProvider source={source} features={features}>
        <MaintenancePage feature="site" action={<button type="button">Call us</button>}>
          <h1>Shop</h1>
        </MaintenancePage>
      </MaintenanceProvider>,
    );
    fireEvent.keyDown(screen.getByRole('button'), { key: 'Tab' });

    act(() => source.setUser('bob'));

    expect(text()).toBe('Shop');
  });

  it('a notice that the previous user dismissed appears', () => {
    const source = memorySource({ search: true });
    render(<Shop source={source} />);
    act(() => void vi.advanceTimersByTime(1000));
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(document.querySelector('[data-maintenance-banner]')).toBeNull();
    act(() => void vi.advanceTimersByTime(1000));

    act(() => source.setUser('bob', { search: true }));

    expect(document.querySelector('[data-maintenance-banner]')).not.toBeNull();
  });
});

describe('a provider whose user changes', () => {
  it('makes the source forget its flags and ask again', () => {
    const source = { ...memorySource({ search: moving }), forget: vi.fn() };
    const view = render(<Shop source={source} user="alice" />);
    expect(source.forget).not.toHaveBeenCalled();

    view.rerender(<Shop source={source} user={undefined} />);

    expect(source.forget).toHaveBeenCalledTimes(1);
  });

  it('never shows the next user the state of the previous source', () => {
    const seen: string[] = [];
    const view = render(<Shop source={memorySource({ search: moving })} user="alice" />);
    const observer = new MutationObserver(() => seen.push(text()));
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });

    view.rerender(<Shop source={memorySource({}, { state: 'failed' })} user="bob" />);

    expect(text()).toBe('');
    observer.disconnect();
  });

  it('keeps separate dismissals for each user', () => {
    const storage = memoryStorage();
    const source = memorySource({ search: true });
    const banner = () => document.querySelector('[data-maintenance-banner]');
    const view = render(<Shop {...{ source, storage }} user="alice" />);
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(banner()).toBeNull();

    view.rerender(<Shop {...{ source, storage }} user="bob" />);
    expect(banner()).not.toBeNull();
    view.rerender(<Shop {...{ source, storage }} user="alice" />);

    expect(banner()).toBeNull();
  });
});

it('a replaced source shows nothing of the previous one while it is pending', () => {
  const view = render(<Shop source={memorySource({ search: moving })} />);

  view.rerender(<Shop source={memorySource({}, { state: 'pending' })} />);

  expect(text()).toBe('');
});

describe('dismissals of two apps on one origin', () => {
  const banner = () => document.querySelector('[data-maintenance-banner]');

  it.each([undefined, 'admin.dismissed'])('are separate: %s', (storageKey) => {
    const source = memorySource({ search: true });
    const { unmount } = render(<Shop source={source} />);
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    unmount();
    const other = render(
      <MaintenanceProvider source={memorySource({ reports: true })} storageKey={storageKey}>
        <MaintenanceGate feature="reports" />
        <MaintenanceBanner />
      </MaintenanceProvider>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    other.unmount();

    render(<Shop source={source} />);

    expect(banner()).toBeNull();
  });

  it('expire after a time', () => {
    const day = 86_400_000;
    const source = memorySource({ search: true });
    localStorage.setItem(
      'react-maintenance-mode.dismissed',
      JSON.stringify({ 'theirs@1 active down': Date.now() - 91 * day, 'ours@1 active down': Date.now() }),
    );
    render(<Shop source={source} />);

    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));

    const kept = localStorage.getItem('react-maintenance-mode.dismissed') ?? '';
    expect(Object.keys(JSON.parse(kept) as object)).toEqual(['ours@1 active down', 'search active down']);
  });
});
