import { useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { debuggingProtocol } from './chromium.js';
import { frames, openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

describe.each(behaviors)('twenty gates that close at once with %s', (closed) => {
  it('search, observe and listen to the rest of the page as often as one gate', async () => {
    const one = await countWork(1, closed);
    const twenty = await countWork(20, closed);

    expect(twenty).toEqual(one);
  });

  it('leave no listener and no observer behind when they unmount', async () => {
    const listeners = countListeners();
    const page = await openPage(gates(2, closed));
    await page.set({ search: true });
    await page.render(null);
    await page.render(gates(2, closed));
    await page.set({ search: false });
    await page.render(null);

    expect(listeners()).toBe(0);
  });
});

it.each(['disable', 'read-only'] as const)(
  'twenty gates that close at once with %s let the browser compute the layout as often as one',
  async (closed) => {
    const one = await countLayouts(1, closed);
    const twenty = await countLayouts(20, closed);

    // A slow machine draws a frame more.
    expect(twenty).toBeLessThan(one + 10);
  },
);

describe('portals of gates that close at once', () => {
  it('stay hidden in a gate that opens while their own gate is closed', async () => {
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed="hide">
          <div id="host" />
        </MaintenanceGate>
        <MaintenanceGate feature="cart" whenClosed="hide">
          <InPortal selector="#host" />
        </MaintenanceGate>
      </>,
    );
    await frames();

    await page.set({ search: true, cart: true });
    await page.set({ search: false });
    expect(page.find('#in-portal').closest('[inert]')).not.toBeNull();
    expect(page.find('#in-portal').checkVisibility({ visibilityProperty: true })).toBe(false);
    await page.set({ cart: false });

    expect(page.find('#in-portal').closest('[inert]')).toBeNull();
    expect(page.find('#in-portal').checkVisibility({ visibilityProperty: true })).toBe(true);
  });

  it('stay hidden until the gates around them have all opened', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed="hide">
        <MaintenanceGate feature="cart" whenClosed="hide">
          <InPortal selector="body" />
        </MaintenanceGate>
      </MaintenanceGate>,
    );
    await frames();

    await page.set({ search: true, cart: true });
    await page.set({ search: false });
    expect(page.find('#in-portal').matches('[inert]')).toBe(true);
    await page.set({ cart: false });

    expect(page.find('#in-portal').matches('[inert]')).toBe(false);
  });
});

it.each([
  ['outer', 'inner'],
  ['inner', 'outer'],
])('controls in two closed gates stay locked until both are open: %s first', async (...order) => {
  const page = await openPage(
    <MaintenanceGate feature="outer" whenClosed="disable">
      <MaintenanceGate feature="inner" whenClosed="read-only">
        <input id="field" />
        <button id="send">Send</button>
        <div id="rich" contentEditable />
        <iframe title="Preview" srcDoc="<input>" />
      </MaintenanceGate>
    </MaintenanceGate>,
  );
  const locks = () => ({
    field: page.find('#field').hasAttribute('readonly'),
    send: page.find('#send').getAttribute('aria-disabled'),
    rich: page.find('#rich').isContentEditable,
    tab: page.find('#rich').getAttribute('tabindex'),
    frame: page.find('iframe').inert,
  });
  const unlocked = locks();
  await page.set({ inner: true });
  const locked = locks();

  await page.set({ outer: true });
  await page.set({ [order[0]]: false });
  expect(locks()).toEqual(locked);
  await page.set({ [order[1]]: false });

  expect(locked).toEqual({ field: true, send: 'true', rich: false, tab: '0', frame: true });
  expect(locks()).toEqual(unlocked);
});

describe('the work of closed gates with forms grows with their number, and not with its square', () => {
  it('when each gate has a form', async () => {
    const close = async (count: number) => {
      const page = await openPage(gates(count, 'hide', (index) => <form key={index}>{fields}</form>));
      const calls = countMatches();
      await page.set({ search: true });
      const work = calls();
      await page.render(null);
      return work;
    };

    const few = await close(10);
    const many = await close(40);

    expect(many).toBeLessThan(few * 6);
  });

  it('when a form around them is submitted', async () => {
    const submit = async (count: number) => {
      const page = await openPage(
        <form onSubmit={(event) => event.preventDefault()}>
          {gates(count, 'hide', () => fields)}
          <button id="send">Send</button>
        </form>,
      );
      await page.set({ search: true });
      const calls = countMatches();
      page.find('#send').click();
      const work = calls();
      await page.render(null);
      return work;
    };

    const few = await submit(10);
    const many = await submit(40);

    expect(many).toBeLessThan(few * 6);
  });
});

it('closes dialogs on a press as before when several gates hide one', async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    errors.push(event.error);
    event.preventDefault();
  };
  window.addEventListener('error', onError);
  onTestFinished(() => window.removeEventListener('error', onError));
  const dialog = <div role="dialog" aria-modal="true" aria-label="Sort" />;
  const onPress = vi.fn();
  const page = await openPage(
    <>
      <MaintenanceGate feature="search">{dialog}</MaintenanceGate>
      <MaintenanceGate feature="search">{dialog}</MaintenanceGate>
      <button id="outside" onClick={onPress}>
        Outside
      </button>
    </>,
  );

  await page.set({ search: true });
  await userEvent.click(page.find('#outside'));

  expect(onPress).toHaveBeenCalledOnce();
  expect(errors).toEqual([]);
});

const fields = Array.from({ length: 10 }, (_, index) => <input key={index} aria-label={`Note ${index}`} />);

function gates(
  count: number,
  closed: ClosedBehavior,
  children: (index: number) => ReactNode = () => (
    <>
      <p>An order</p>
      <input aria-label="Note" style={{ display: 'block', blockSize: 200 }} />
    </>
  ),
): ReactNode {
  return Array.from({ length: count }, (_, index) => (
    <MaintenanceGate key={index} feature="search" whenClosed={closed}>
      {children(index)}
    </MaintenanceGate>
  ));
}

/** Counts how often elements are tested. */
function countMatches(): () => number {
  const matches = vi.spyOn(Element.prototype, 'matches');
  return () => {
    const { length } = matches.mock.calls;
    matches.mockRestore();
    return length;
  };
}

function InPortal({ selector }: { selector: string }) {
  const [host, setHost] = useState<Element | null>(null);
  return (
    <i ref={(element) => setHost(element && document.querySelector(selector))}>
      {host && createPortal(<b id="in-portal">In a portal</b>, host)}
    </i>
  );
}

/**
 * How often gates that close dispatch events on the rest of the page to find portals, how often they begin to observe the page, and how
 * often they and the rest listen to it.
 */
async function countWork(count: number, closed: ClosedBehavior): Promise<Record<string, number>> {
  const rest = (
    <div id="rest">
      {Array.from({ length: 30 }, (_, index) => (
        <p key={index}>Not in a gate</p>
      ))}
    </div>
  );
  const listen = [window, document].map((target) => vi.spyOn(target, 'addEventListener'));
  const page = await openPage(
    <>
      {gates(count, closed)}
      {rest}
    </>,
  );
  const dispatch = vi.spyOn(EventTarget.prototype, 'dispatchEvent');
  const observe = vi.spyOn(MutationObserver.prototype, 'observe');

  await page.set({ search: true });
  const searches = dispatch.mock.contexts.filter((target) =>
    page.find('#rest').contains(target as Node),
  ).length;
  const observed = observe.mock.calls.filter(([node]) => node === document.body).length;
  // React listens to the document, too. Only gates stop listening with a signal.
  const listeners = listen
    .flatMap((spy) => spy.mock.calls)
    .filter(([, , options]) => typeof options === 'object' && options.signal).length;
  vi.restoreAllMocks();
  await page.render(null);
  return { searches, observed, listeners };
}

/** How often the browser computes the layout while gates close. */
async function countLayouts(count: number, closed: ClosedBehavior): Promise<number> {
  const page = await openPage(gates(count, closed));
  const layouts = async () => {
    // Its type does not know what each command returns.
    const { metrics } = (await debuggingProtocol().send('Performance.getMetrics')) as {
      metrics: { name: string; value: number }[];
    };
    return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? 0;
  };
  await debuggingProtocol().send('Performance.enable');
  const before = await layouts();
  await page.set({ search: true });
  const after = await layouts();
  await page.render(null);
  return after - before;
}

/** Counts what listens to the window and the document from now on. */
function countListeners(): () => number {
  const live = new Set<AbortSignal>();
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, 'addEventListener').mockImplementation(
      (
        type: string,
        listener: EventListenerOrEventListenerObject,
        options?: boolean | AddEventListenerOptions,
      ) => {
        add(type, listener, options);
        if (typeof options !== 'object' || !options.signal) return;
        const { signal } = options;
        live.add(signal);
        signal.addEventListener('abort', () => live.delete(signal));
      },
    );
  }
  onTestFinished(() => void vi.restoreAllMocks());
  return () => live.size;
}
