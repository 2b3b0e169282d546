import { useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceProvider, type MaintenanceProviderProps } from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { onTestFinished } from 'vitest';

/** A page with what a test renders, the flags of it, and what happened to focus and layout since it was opened. */
export interface OpenPage {
  readonly body: HTMLElement;
  readonly source: MemorySource;
  /** Sets flags and waits until the page has shown it, and a frame more. */
  set(flags: Readonly<Record<string, unknown>>): Promise<void>;
  render(ui: ReactNode): Promise<void>;
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
  /** Every element that took focus. */
  readonly focused: Element[];
  /** The sum of the layout shifts that no input of the person explains. */
  layoutShift(): number;
}

export async function openPage(
  ui: ReactNode,
  flags: Readonly<Record<string, unknown>> = {},
  settings: Pick<MaintenanceProviderProps, 'locale'> = {},
): Promise<OpenPage> {
  const body = document.createElement('div');
  document.body.append(body);
  const source = memorySource(flags);
  const root = createRoot(body);
  const render = async (children: ReactNode) => {
    await new Promise<void>((resolve) => {
      root.render(
        <>
          <MaintenanceProvider source={source} {...settings}>
            {children}
          </MaintenanceProvider>
          <AfterCommit tell={resolve} />
        </>,
      );
    });
    await frames();
  };
  const focused: Element[] = [];
  const onFocus = (event: FocusEvent) => event.target instanceof Element && focused.push(event.target);
  addEventListener('focusin', onFocus, true);
  onTestFinished(async () => {
    removeEventListener('focusin', onFocus, true);
    observer.disconnect();
    root.unmount();
    body.remove();
    scrollTo(0, 0);
    await frames();
  });
  let shifts = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // TypeScript's DOM library does not know these entries.
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) shifts += value;
    }
  });
  scrollTo(0, 0);
  await render(ui);
  // Ignored where there is none.
  observer.observe({ type: 'layout-shift' });

  return {
    body,
    source,
    focused,
    render,
    async set(next) {
      for (const [flag, value] of Object.entries(next)) source.set(flag, value);
      await frames();
    },
    find(selector) {
      const element = document.querySelector<HTMLElement>(selector);
      if (!element) throw new Error(`Nothing matches ${selector}`);
      // The caller names what it is.
      return element as never;
    },
    layoutShift() {
      if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
        throw new Error('Only in Chromium: what it counts as a layout shift');
      }
      return shifts;
    },
  };
}

/** Tells when all that was rendered with it is on the page: on a busy machine a browser may draw frames before React has rendered. */
function AfterCommit({ tell }: { tell: () => void }) {
  useEffect(tell, [tell]);
  return null;
}

/**
 * Two frames: what a browser puts right after a change, it has put right by then, and has sent the events that it sends
 * with a frame, as `close` of a dialog.
 */
export async function frames(): Promise<void> {
  for (let left = 3; left > 0; left -= 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}
