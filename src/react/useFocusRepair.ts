'use client';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  type ForwardedRef,
  type RefObject,
} from 'react';
import { isLost, settleOn } from './gate/personPlace.js';

interface FocusRepair<T extends HTMLElement> {
  /** The ref of the element; the one from outside gets it as well. */
  readonly attach: (element: T | null) => void;
  readonly elementRef: RefObject<T | null>;
}

/**
 * Never lets the focus end on the body (WCAG 2.4.3). When what has it goes from inside the element, the element gets it. When the
 * element goes, what had it before does, else the page's heading or main part. Focus that is elsewhere stays there.
 */
export function useFocusRepair<T extends HTMLElement>(outside: ForwardedRef<T>): FocusRepair<T> {
  const elementRef = useRef<T | null>(null);
  const insideRef = useRef<EventTarget | null>(null);
  const beforeRef = useRef<EventTarget | null>(null);
  const attach = useCallback((next: T | null) => {
    // React lets go of the element before it leaves the document, and the focus is lost when it has.
    if (!next && elementRef.current?.contains(document.activeElement)) {
      queueMicrotask(() => repair(beforeRef.current));
    }
    elementRef.current = next;
    next?.addEventListener('focusin', ({ target, relatedTarget }) => {
      insideRef.current = target;
      if (!next.contains(relatedTarget as Node | null)) beforeRef.current = relatedTarget;
    });
    next?.addEventListener('focusout', ({ relatedTarget }) => {
      // Without a target the person left for nowhere, or what had the focus is just being taken away.
      if (relatedTarget) insideRef.current = null;
    });
  }, []);
  useEffect(() => {
    const inside = insideRef.current;
    if (!(inside instanceof window.Element) || inside.isConnected) return;
    insideRef.current = null;
    if (elementRef.current && isNowhere()) settleOn(elementRef.current);
  });
  // Null while the element is not there, whatever the type says.
  useImperativeHandle<T | null, T | null>(outside, () => elementRef.current);
  return { attach, elementRef };
}

function isNowhere(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}

function repair(before: EventTarget | null): void {
  if (!isNowhere()) return;
  if (before instanceof window.HTMLElement) before.focus({ preventScroll: true });
  if (!isNowhere()) return;
  const parts = ['h1', 'main', '[role="main"]'].flatMap((part) => [
    ...document.querySelectorAll<HTMLElement>(part),
  ]);
  const place = parts.find((part) => !isLost(part));
  if (place) settleOn(place);
}
