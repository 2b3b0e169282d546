import { memorySource } from 'react-maintenance-mode/core';
import { describe, expect, it, vi } from 'vitest';

describe('memorySource', () => {
  it('returns its initial values, and values that are set later', () => {
    const source = memorySource({ search: true });

    source.set('comments', 'read-only');

    expect(source.get('search')).toBe(true);
    expect(source.get('comments')).toBe('read-only');
    expect(source.get('constructor')).toBeUndefined();
  });

  it('calls the listeners of a flag with its key until they unsubscribe', () => {
    const source = memorySource();
    const onChange = vi.fn();
    const leave = source.subscribe(['search', 'comments'], onChange);

    source.set('search', true);
    source.set('checkout', true);
    leave();
    leave();
    source.set('search', false);

    expect(onChange.mock.calls).toEqual([['search']]);
  });

  it('calls a listener once per subscription', () => {
    const source = memorySource();
    const onChange = vi.fn();
    const leave = source.subscribe(['search'], onChange);
    source.subscribe(['search'], onChange);

    source.set('search', true);
    leave();
    source.set('search', false);

    expect(onChange).toHaveBeenCalledTimes(3);
  });

  it('does not call a listener that another one has just removed', () => {
    const source = memorySource({ search: false });
    const removed = vi.fn();
    source.subscribe(['search'], () => leave());
    const leave = source.subscribe(['search'], removed);

    source.set('search', true);

    expect(removed).not.toHaveBeenCalled();
  });

  it('is ready, or has the given status', () => {
    const source = memorySource();
    const onStatus = vi.fn();
    const leave = source.subscribeStatus?.(onStatus);

    expect(source.status?.()).toEqual({ state: 'ready' });
    source.setStatus({ state: 'stale', since: 5 });
    leave?.();
    source.setStatus({ state: 'ready' });

    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(onStatus).toHaveBeenCalledTimes(1);
  });
});
