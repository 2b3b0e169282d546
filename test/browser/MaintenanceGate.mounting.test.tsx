import {
  createContext,
  lazy,
  Suspense,
  useContext,
  useEffect,
  useRef,
  useState,
  type ComponentType,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import { hydrateRoot } from 'react-dom/client';
import { MaintenanceGate, MaintenanceProvider, useGate, type ClosedBehavior } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { everyCombination } from '../inTurn.js';
import { frames, openPage } from './openPage.js';

const hiding: readonly ClosedBehavior[] = ['replace', 'hide'];
const behaviors: readonly ClosedBehavior[] = [...hiding, 'disable', 'read-only', 'overlay'];

describe.each(hiding)('the children of a gate that closes with %s', (closed) => {
  it('keep their effects, size and scroll position, and cannot be reached', async () => {
    const log: string[] = [];
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Measured log={log} />
      </MaintenanceGate>,
    );
    page.find('#list').scrollTop = 120;
    await expect.poll(() => log).toHaveLength(2);
    log.length = 0;

    await page.set({ search: true });
    const { visible, found } = reach(page.find('#list'));
    await page.set({ search: false });

    expect(log).toEqual([]);
    expect({ visible, found }).toEqual({ visible: false, found: false });
    expect(page.find('#list').scrollTop).toBe(120);
    expect(reach(page.find('#list')).visible).toBe(true);
  });

  it('take no space', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed} fallback={null} style={{ minBlockSize: 0 }}>
        <div style={{ height: 300 }}>Results</div>
      </MaintenanceGate>,
    );

    await page.set({ search: true });

    expect(page.find('[data-maintenance-content]').getBoundingClientRect().height).toBe(0);
  });

  it('are hidden with their portals, also with those that open later, and no other portals are', async () => {
    function Parts() {
      const gate = useGate();
      const slot = useContext(Slot);
      return (
        <>
          {createPortal(
            <div id="menu">
              <ul style={{ visibility: 'visible' }}>
                <li>One</li>
              </ul>
            </div>,
            document.body,
          )}
          {slot && createPortal(<button id="action">Save</button>, slot)}
          {gate !== 'open' && createPortal(<p id="late">Late</p>, document.body)}
        </>
      );
    }
    const page = await openPage(
      <WithSlot>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <Parts />
        </MaintenanceGate>
        {createPortal(<p id="other">Other</p>, document.body)}
      </WithSlot>,
    );

    await page.set({ search: true });
    expect(['menu', 'action', 'late'].filter((id) => isSeen(page.find(`#${id}`)))).toEqual([]);
    expect(['heading', 'other'].filter((id) => isSeen(page.find(`#${id}`)))).toEqual(['heading', 'other']);
    page.find('#action').focus();
    expect(document.activeElement).not.toBe(page.find('#action'));
    await page.set({ search: false });

    expect(['menu', 'action'].filter((id) => isSeen(page.find(`#${id}`)))).toEqual(['menu', 'action']);
    expect(page.find('#menu').hasAttribute('inert')).toBe(false);
  });

  it('keep their portals hidden until the last of two gates around them has reopened', async () => {
    const page = await openPage(
      <MaintenanceGate feature="outer" whenClosed={closed}>
        <MaintenanceGate feature="inner" whenClosed={closed}>
          {createPortal(<p id="menu">Menu</p>, document.body)}
        </MaintenanceGate>
      </MaintenanceGate>,
    );

    await page.set({ inner: true });
    await page.set({ outer: true });
    await page.set({ inner: false });
    expect(isSeen(page.find('#menu'))).toBe(false);
    await page.set({ outer: false });

    expect(isSeen(page.find('#menu'))).toBe(true);
  });

  it('are hidden with elements in the top layer', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="popover" popover="manual">
          Popover
        </div>
      </MaintenanceGate>,
    );
    page.find('#popover').showPopover();

    await page.set({ search: true });
    expect(isSeen(page.find('#popover'))).toBe(false);
    await page.set({ search: false });

    expect(isSeen(page.find('#popover'))).toBe(true);
  });
});

describe.each(behaviors)('server HTML in a gate that closes with %s', (closed) => {
  it('keeps a draft that was typed before hydration when a flag changes meanwhile', async () => {
    const { source, input, arrive } = await hydratePage(closed);
    await userEvent.click(input);
    await userEvent.keyboard('half typed');

    source.set('search', true);
    await frames();
    source.set('search', false);
    await frames();
    arrive();
    await frames();

    expect(document.querySelector('#draft')).toBe(input);
    expect(input.value).toBe('half typed');
    expect(isSeen(input)).toBe(true);
  });

  it('is shown again if a part of it hydrated while the gate was closed', async () => {
    // In development, React reports the attributes that the gate sets before hydration.
    if (closed === 'disable' || closed === 'read-only') vi.spyOn(console, 'error').mockReturnValue();
    const { source, input, arrive } = await hydratePage(closed);
    await userEvent.click(input);
    await userEvent.keyboard('half typed');

    source.set('search', true);
    await frames();
    arrive();
    await frames();
    source.set('search', false);
    await frames();

    expect(document.querySelector('#draft')).toBe(input);
    expect(input.value).toBe('half typed');
    expect(isSeen(input)).toBe(true);
    expect(document.querySelector('#gate')?.textContent).toBe('open');
  });
});

describe.each(everyCombination ? behaviors : (['replace', 'read-only'] as const))(
  'a gate that closes with %s',
  (closed) => {
    it('stays closed, and is told to its children, when a part of the page around it suspends and is shown again', async () => {
      const parts = (sibling: ReactNode) => (
        <Suspense fallback={<p id="loading">Loading</p>}>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <input id="field" />
            <output>
              <GateName />
            </output>
          </MaintenanceGate>
          {sibling}
        </Suspense>
      );
      const page = await openPage(parts(null));
      const suspend = async () => {
        let resume = () => {};
        const empty = { default: () => null };
        const Late = lazy(() => new Promise<typeof empty>((resolve) => (resume = () => resolve(empty))));
        await page.render(parts(<Late />));
        expect(isSeen(page.find('#loading'))).toBe(true);
        return async () => {
          resume();
          await expect.poll(() => document.querySelector('#loading')).toBe(null);
          await frames();
        };
      };
      const look = () => ({
        gate: page.find('output').textContent,
        isLocked: page.find('#field').matches('[inert] *,[readonly]'),
        height: page.find('[data-maintenance-gate]').style.minBlockSize,
      });
      const open = look();
      await userEvent.type(page.find('#field'), 'half typed');
      await page.set({ search: true });
      const shut = look();

      const resume = await suspend();
      await resume();
      expect(look()).toEqual(shut);
      await page.set({ search: false });
      expect(look()).toEqual(open);
      const resumeAgain = await suspend();
      await page.set({ search: true });
      await resumeAgain();

      expect(shut).toMatchObject({ gate: closed, isLocked: true });
      expect(look()).toEqual(shut);
      expect(page.find<HTMLInputElement>('#field').value).toBe('half typed');
    });
  },
);

const Slot = createContext<HTMLElement | null>(null);

/** A page with a place in its header for what belongs to a part below. */
function WithSlot({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  return (
    <Slot.Provider value={slot}>
      <header>
        <h1 id="heading">Shop</h1>
        <div ref={setSlot} />
      </header>
      {children}
    </Slot.Provider>
  );
}

function GateName() {
  return useGate();
}

/** A page from a server, hydrated but for a part whose code has not come. */
async function hydratePage(closed: ClosedBehavior) {
  function Draft() {
    return (
      <>
        <input id="draft" />
        <output id="gate">{useGate()}</output>
      </>
    );
  }
  const page = (source: ReturnType<typeof memorySource>, Part: ComponentType) => (
    <MaintenanceProvider source={source}>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Suspense fallback={<p>Wait</p>}>
          <Part />
        </Suspense>
      </MaintenanceGate>
    </MaintenanceProvider>
  );
  const { renderToString } = await import('react-dom/server');
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = renderToString(page(memorySource(), Draft));
  let arrive = () => {};
  const Late = lazy(
    () => new Promise<{ default: typeof Draft }>((resolve) => (arrive = () => resolve({ default: Draft }))),
  );
  const source = memorySource();
  const root = hydrateRoot(container, page(source, Late));
  onTestFinished(() => {
    root.unmount();
    container.remove();
  });
  await frames();
  const input = container.querySelector('input');
  if (!input) throw new Error('The server rendered no input');
  return { source, input, arrive: () => arrive() };
}

function Measured({ log }: { log: string[] }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    log.push('start');
    const observer = new ResizeObserver(() => log.push('resize'));
    if (list.current) observer.observe(list.current);
    return () => {
      log.push('stop');
      observer.disconnect();
    };
  }, [log]);
  return (
    <div ref={list} id="list" tabIndex={0} style={{ height: 80, overflow: 'auto' }}>
      <div style={{ height: 600 }}>Needle</div>
    </div>
  );
}

function isSeen(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

/** Whether an element can be seen, and what is in it can be found with the browser's search. */
function reach(element: HTMLElement) {
  // TypeScript's DOM library does not know it.
  const { find } = window as Window & { find?: (text: string) => boolean };
  getSelection()?.removeAllRanges();
  return { visible: isSeen(element), found: find?.call(window, 'Needle') ?? false };
}
