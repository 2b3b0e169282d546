import { eventStreamSource, type EventStreamSourceOptions } from 'react-maintenance-mode/http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const search = 'search-maintenance';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The streams that a source opens, and what comes on them. */
function openStreams(options: EventStreamSourceOptions = {}) {
  const streams: FakeStream[] = [];
  class FakeStream extends EventTarget {
    readyState = 1;
    constructor(readonly url: string | URL) {
      super();
      streams.push(this);
    }
    send(type: string, data: string): void {
      this.dispatchEvent(new MessageEvent(type, { data }));
    }
    /** As after an answer that is no stream. */
    refuse(): void {
      this.readyState = 2;
      this.dispatchEvent(new Event('error'));
    }
    close(): void {
      this.readyState = 2;
    }
  }
  const source = eventStreamSource('/stream', { EventSource: FakeStream, ...options });
  const onChange = vi.fn();
  const end = source.subscribe([search], onChange);
  const last = () => streams.at(-1) as FakeStream;
  return { source, streams, last, onChange, end };
}

describe('eventStreamSource', () => {
  it('reads all flags from put, and single flags from messages', () => {
    const { source, last, onChange } = openStreams();

    last().send('put', JSON.stringify({ [search]: true, comments: 'read-only' }));
    last().send('message', JSON.stringify({ [search]: false }));
    expect([source.get(search), source.get('comments')]).toEqual([false, 'read-only']);
    last().send('put', JSON.stringify({ [search]: false }));

    expect(source.get('comments')).toBeUndefined();
    expect(onChange.mock.calls).toEqual([[search], [search]]);
  });

  it.each(['{', '[]', 'null', '"on"'])(
    'keeps the known flags when an invalid message arrives: %s',
    (data) => {
      const { source, last } = openStreams();
      last().send('put', JSON.stringify({ [search]: true }));

      last().send('message', data);
      expect(source.status?.()).toEqual({ state: 'stale', since: Date.now() });
      expect(source.get(search)).toBe(true);
      last().send('message', JSON.stringify({ [search]: true }));

      expect(source.status?.()).toEqual({ state: 'ready' });
    },
  );

  it.each([NaN, 0, -1])(
    'waits for the default in place of %d before it reopens a refused stream',
    (retryMs) => {
      const { streams, last } = openStreams({ retryMs });

      last().refuse();
      vi.advanceTimersByTime(4999);
      expect(streams).toHaveLength(1);
      vi.advanceTimersByTime(1);
      expect(streams).toHaveLength(2);
    },
  );

  it('reopens a refused stream with growing delays, and with a short delay after a success', () => {
    const { source, streams, last } = openStreams();

    for (const seconds of [5, 10, 20]) {
      const before = streams.length;
      last().refuse();
      vi.advanceTimersByTime(seconds * 1000 - 1);
      expect(streams).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(streams).toHaveLength(before + 1);
    }
    expect(source.status?.().state).toBe('failed');
    last().send('put', '{}');
    last().refuse();
    vi.advanceTimersByTime(5000);

    expect(streams).toHaveLength(5);
  });

  describe('when the browser reports that the network is back', () => {
    function openPage() {
      const window = new EventTarget();
      vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false, defaultView: window }));
      onTestFinished(() => void vi.unstubAllGlobals());
      return { goOnline: () => window.dispatchEvent(new Event('online')) };
    }

    it('reopens a stream at once that waits because it was refused', () => {
      const { goOnline } = openPage();
      const { streams, last } = openStreams();
      last().refuse();

      goOnline();

      expect(streams).toHaveLength(2);
      expect(last().readyState).toBe(1);
    });

    it('reopens a stream that may be dead although it looks open, and keeps the known flags', () => {
      const { goOnline } = openPage();
      const { source, streams, last } = openStreams();
      last().send('put', JSON.stringify({ [search]: true }));

      goOnline();

      expect(streams.map(({ readyState }) => readyState)).toEqual([2, 1]);
      expect(source.get(search)).toBe(true);
    });

    it('opens no other stream while one is being opened, or after the last listener', () => {
      const { goOnline } = openPage();
      const { streams, last, end } = openStreams();
      last().readyState = 0;

      goOnline();
      end();
      goOnline();

      expect(streams).toHaveLength(1);
    });
  });

  it('opens one stream for all listeners, and closes it after the last one', () => {
    const { source, streams, last, end } = openStreams();
    const endStatus = source.subscribeStatus?.(() => {});
    last().refuse();

    end();
    endStatus?.();
    vi.advanceTimersByTime(600_000);

    expect(streams).toHaveLength(1);
    expect(last().readyState).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not mistake an event with the name error for a lost connection', () => {
    const { source, streams, last } = openStreams();
    last().send('put', JSON.stringify({ [search]: true }));

    last().send('error', 'the flag store is slow');
    vi.advanceTimersByTime(600_000);

    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(streams).toHaveLength(1);
  });

  it('keeps the known flags if put describes an error', () => {
    const { source, last } = openStreams();
    last().send('put', JSON.stringify({ [search]: true }));

    last().send('put', JSON.stringify({ error: 'session expired' }));

    expect(source.get(search)).toBe(true);
    expect(source.status?.().state).toBe('stale');
  });

  it('forgets all flags and reopens for another user, and ignores the previous stream', () => {
    const { source, streams, last, onChange } = openStreams();
    const [before] = streams;
    last().send('put', JSON.stringify({ [search]: true }));
    const user = source.user?.();
    onChange.mockClear();

    source.forget();
    before?.send('put', JSON.stringify({ [search]: true }));

    expect(source.get(search)).toBeUndefined();
    expect(source.user?.()).not.toBe(user);
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(streams.map(({ readyState }) => readyState)).toEqual([2, 1]);
  });

  it('reopens on refresh, and keeps the known flags', () => {
    const { source, streams, last } = openStreams();
    last().send('put', JSON.stringify({ [search]: true }));

    source.refresh();

    expect(streams).toHaveLength(2);
    expect(source.get(search)).toBe(true);
  });
});
