'use client';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  type ForwardedRef,
  type RefObject,
} from 'react';
import { hasNoFocus, placeFocus, placeFocusNear } from './gate/restoreFocus.js';

interface FocusRepair<T extends HTMLElement> {
  /** The ref for the element. It also sets the ref from outside. */
  readonly attach: (element: T | null) => void;
  readonly elementRef: RefObject<T | null>;
}

/**
 * Keeps focus from ending on `<body>` (WCAG 2.4.3). When a focused element is removed from inside the element, the element gets focus.
 * When the element is removed, focus goes to what had it before, else to the heading or the main part of the page. Focus that is
 * elsewhere stays there.
 */
export function useFocusRepair<T extends HTMLElement>(outside: ForwardedRef<T>): FocusRepair<T> {
  const elementRef = useRef<T | null>(null);
  const insideRef = useRef<EventTarget | null>(null);
  const beforeRef = useRef<EventTarget | null>(null);
  const attach = useCallback((next: T | null) => {
    // React clears the ref before it removes the element. Focus is lost after that.
    if (!next && elementRef.current?.contains(document.activeElement)) {
      queueMicrotask(() => repair(beforeRef.current));
    }
    elementRef.current = next;
    next?.addEventListener('focusin', ({ target, relatedTarget }) => {
      insideRef.current = target;
      if (!next.contains(relatedTarget as Node | null)) beforeRef.current = relatedTarget;
    });
    next?.addEventListener('focusout', ({ relatedTarget }) => {
      // Without a target, focus went nowhere, or the focused element is being removed.
      if (relatedTarget) insideRef.current = null;
    });
  }, []);
  useEffect(() => {
    const inside = insideRef.current;
    if (!(inside instanceof window.Element) || inside.isConnected) return;
    insideRef.current = null;
    if (elementRef.current && hasNoFocus(document.activeElement)) placeFocus(elementRef.current);
  });
  // Its type has no null, but it is null while the element is not mounted.
  useImperativeHandle<T | null, T | null>(outside, () => elementRef.current);
  return { attach, elementRef };
}

function repair(before: EventTarget | null): void {
  if (!hasNoFocus(document.activeElement)) return;
  if (before instanceof window.HTMLElement) before.focus({ preventScroll: true });
  if (hasNoFocus(document.activeElement)) placeFocusNear([]);
}
