import type { DOMAttributes, SyntheticEvent } from 'react';
import { observe } from './elements.js';

/** The portals of the children of a gate: what they render elsewhere on the page. */
export interface Portals {
  /** For the element around the children. */
  readonly handlers: DOMAttributes<HTMLElement>;
  /** Hides all portals. Hides those that are added later, too, and then calls `onAdded`. Their sizes stay. */
  hide(content: Element, onAdded: () => void): void;
  release(): void;
  /** The outermost element of each hidden portal. */
  hidden(): readonly Element[];
  /** Whether the children render the element, in the gate or in a portal. */
  owns(element: Element): boolean;
}

const unrendered = /^(script|style|link|template|noscript)$/;

/**
 * React does not list portals. But events in a portal reach the React ancestors of the portal. So an element belongs to the children if
 * an event that is dispatched on it reaches the handlers of the content. Hardly any app listens to this event. It does not bubble, and it is
 * stopped there.
 */
export function createPortals(): Portals {
  const undos = new Map<Element, () => void>();
  let probe: Event | null = null;
  let passed = false;
  let stop: (() => void) | null = null;

  function owns(element: Element): boolean {
    passed = false;
    probe = new window.Event('animationiteration');
    element.dispatchEvent(probe);
    probe = null;
    return passed;
  }

  /** Tests elements without children. If one is not in a portal, neither are its React ancestors. */
  function search(element: Element, content: Element): void {
    if (element === content || undos.has(element) || unrendered.test(element.localName)) return;
    const inside = [...(element.shadowRoot?.children ?? []), ...element.children];
    if (inside.length && element.localName !== 'svg') {
      for (const child of inside) if (!undos.has(element)) search(child, content);
    } else if (owns(element)) {
      const portal = outermost(element);
      if (!undos.has(portal)) undos.set(portal, hideElement(portal));
    }
  }

  function outermost(element: Element): Element {
    const { parentElement } = element;
    return parentElement && owns(parentElement) ? outermost(parentElement) : element;
  }

  return {
    handlers: {
      onAnimationIterationCapture(event: SyntheticEvent) {
        if (event.nativeEvent !== probe) return;
        passed = true;
        event.stopPropagation();
      },
    },
    hidden: () => [...undos.keys()],
    owns,
    hide(content, onAdded) {
      if (stop) return;
      const { body } = content.ownerDocument;
      search(body, content);
      stop = observe([body], { childList: true, subtree: true }, (records) => {
        const { size } = undos;
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (node instanceof window.Element && node.isConnected && !content.contains(node)) {
            search(node, content);
          }
        }
        if (undos.size > size) onAdded();
      });
    },
    release() {
      stop?.();
      stop = null;
      for (const undo of undos.values()) undo();
      undos.clear();
    },
  };
}

/** Hides with an animation, which overrides inline styles and leaves them unchanged. */
function hideElement(element: Element): () => void {
  const attributes = ['inert', 'data-maintenance-hidden'].filter((name) => !element.hasAttribute(name));
  for (const name of attributes) element.setAttribute(name, '');
  const nothing = { visibility: ['hidden', 'hidden'], opacity: [0, 0] };
  // jsdom has no animations.
  const animation = element.animate?.(nothing, { duration: 1000, fill: 'both' });
  animation?.pause();
  return () => {
    animation?.cancel();
    for (const name of attributes) element.removeAttribute(name);
  };
}
