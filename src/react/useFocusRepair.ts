'use client';
import { useCallback, useImperativeHandle, useRef, type ForwardedRef, type RefObject } from 'react';
import { isLost, settleOn } from './gate/personPlace.js';

interface FocusRepair<T extends HTMLElement> {
  /** The ref of the element; the one from outside gets it as well. */
  readonly attach: (element: T | null) => void;
  readonly elementRef: RefObject<T | null>;
  /** What had the focus before it came into the element. */
  readonly beforeRef: RefObject<Element | null>;
}

/**
 * For an element that may leave with the focus in it: the focus goes back to what had it before, else to the page's heading or
 * main part, and never to the body (WCAG 2.4.3). Focus that is elsewhere stays there.
 */
export function useFocusRepair<T extends HTMLElement>(outside: ForwardedRef<T>): FocusRepair<T> {
  const elementRef = useRef<T | null>(null);
  const beforeRef = useRef<Element | null>(null);
  const attach = useCallback((next: T | null) => {
    // React lets go of the element before it leaves the document, and the focus is lost when it has.
    if (!next && elementRef.current?.contains(document.activeElement)) {
      queueMicrotask(() => repair(beforeRef.current));
    }
    elementRef.current = next;
  }, []);
  // Null while the element is not there, whatever the type says.
  useImperativeHandle<T | null, T | null>(outside, () => elementRef.current);
  return { attach, elementRef, beforeRef };
}

function repair(before: Element | null): void {
  const { activeElement, body } = document;
  if (activeElement && activeElement !== body) return;
  if (before instanceof HTMLElement && before !== body) {
    before.focus({ preventScroll: true });
    if (document.activeElement === before) return;
  }
  const parts = ['h1', 'main', '[role="main"]'].flatMap((part) => [
    ...document.querySelectorAll<HTMLElement>(part),
  ]);
  const place = parts.find((part) => !isLost(part));
  if (place) settleOn(place);
}
