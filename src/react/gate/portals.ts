import type { DOMAttributes, SyntheticEvent } from 'react';

/** The portals of the children of a gate: what they render elsewhere on the page. */
export interface Portals {
  /** For the element around the children. */
  readonly handlers: DOMAttributes<HTMLElement>;
  /**
   * Hides all portals. Hides those that are added later, too, and then calls `onAdded`. Their sizes stay.
   */
  hide(content: Element, onAdded: () => void): void;
  show(): void;
  /** The outermost element of each that is hidden. */
  hidden(): readonly Element[];
  /** Whether the children render the element, in the gate or in a portal. */
  owns(element: Element): boolean;
}

const unrendered = /^(script|style|link|template|noscript)$/;

/**
 * React does not list portals. But events in a portal reach the React ancestors of the portal. So an element belongs to the children if
 * an event that is dispatched on it reaches the handlers of the content. The event is one that hardly any app listens to, it does not
 * bubble, and it is stopped there.
 */
export function createPortals(): Portals {
  const undos = new Map<Element, () => void>();
  let probe: Event | null = null;
  let passed = false;
  let observer: MutationObserver | null = null;

  function belongs(element: Element): boolean {
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
    if (!inside.length || element.localName === 'svg') {
      if (belongs(element)) hide(outermost(element));
      return;
    }
    for (const child of inside) if (!undos.has(element)) search(child, content);
  }

  function outermost(element: Element): Element {
    const { parentElement } = element;
    return parentElement && belongs(parentElement) ? outermost(parentElement) : element;
  }

  function hide(element: Element): void {
    if (!undos.has(element)) undos.set(element, hideElement(element));
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
    owns: belongs,
    hide(content, onAdded) {
      if (observer) return;
      const { body } = content.ownerDocument;
      search(body, content);
      observer = new window.MutationObserver((records) => {
        const { size } = undos;
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (node.nodeType === 1 && node.isConnected && !content.contains(node)) {
            search(node as Element, content);
          }
        }
        if (undos.size > size) onAdded();
      });
      observer.observe(body, { childList: true, subtree: true });
    },
    show() {
      observer?.disconnect();
      observer = null;
      for (const undo of undos.values()) undo();
      undos.clear();
    },
  };
}

/** Hides with an animation, which overrides inline styles and leaves them unchanged. */
function hideElement(element: Element): () => void {
  const wasInert = element.hasAttribute('inert');
  element.setAttribute('inert', '');
  element.setAttribute('data-maintenance-hidden', '');
  const nothing = { visibility: ['hidden', 'hidden'], opacity: [0, 0] };
  // jsdom has no animations.
  const animation = element.animate?.(nothing, { duration: 1000, fill: 'both' });
  animation?.pause();
  return () => {
    animation?.cancel();
    element.removeAttribute('data-maintenance-hidden');
    if (!wasInert) element.removeAttribute('inert');
  };
}
