import type { DOMAttributes, SyntheticEvent } from 'react';
import { addAttributes, listOf } from './elements.js';

/** The portals of the children of a gate: what they render elsewhere on the page. */
export interface Portals {
  /** For the element around the children. */
  readonly handlers: DOMAttributes<HTMLElement>;
  /** Whether the children render the element, in the gate or in a portal. */
  owns(element: Element): boolean;
}

/**
 * React does not list portals. But events in a portal reach the React ancestors of the portal. So an element belongs to the children if
 * an event that is dispatched on it reaches the handlers of the content. Hardly any app listens to this event, and it does not bubble.
 */
export function createPortals(): Portals {
  const portals: Portals = {
    handlers: {
      onAnimationIterationCapture: ({ nativeEvent }: SyntheticEvent) =>
        (nativeEvent as Partial<Probe>).owners?.add(portals),
    },
    owns: (element) => ownersOf(element).has(portals),
  };
  return portals;
}

type Probe = Event & { readonly owners: Set<Portals> };

function ownersOf(element: Element): Set<Portals> {
  const owners = new Set<Portals>();
  element.dispatchEvent(Object.assign(new window.Event('animationiteration'), { owners }));
  return owners;
}

/** The portals that the closed gates of a document hide. */
export interface PortalSearch {
  /** Hides all portals of a gate, and those that are added later. Then it calls `onAdded`. Their sizes stay. */
  hide(portals: Portals, content: Element, onAdded: () => void): void;
  release(portals: Portals): void;
  /** The outermost element of each hidden portal of a gate. */
  hidden(portals: Portals): readonly Element[];
  /** Searches elements that were added to the page. */
  search(added: readonly Element[]): void;
}

/** A gate that hides its portals. */
interface Hiding {
  readonly content: Element;
  readonly onAdded: () => void;
  readonly hidden: Set<Element>;
  readonly stop: () => void;
}

const unrendered = /^(script|style|link|template|noscript)$/;

/**
 * Searches the page once for all gates that close, when the first of them asks. The content of a closed gate is hidden with what other gates
 * render into it, and is searched when that gate opens.
 */
export function createPortalSearch(watch: (onChange: () => void) => () => void): PortalSearch {
  const gates = new Map<Portals, Hiding>();
  const undos = new Map<Element, () => void>();
  let unsearched: Element[] = [];

  /** Tests elements without children. If one is not in a portal, neither are its React ancestors. */
  function test(element: Element, covered: ReadonlySet<Element>): void {
    if (covered.has(element) || unrendered.test(element.localName)) return;
    const inside = [...(element.shadowRoot?.children ?? []), ...listOf(element, 'children')];
    if (inside.length && element.localName !== 'svg') {
      for (const child of inside) test(child, covered);
    } else {
      for (const portals of ownersOf(element)) hideAround(element, portals);
    }
  }

  function hideAround(element: Element, portals: Portals): void {
    const { hidden } = gates.get(portals) ?? {};
    if (!hidden || [...hidden].some((portal) => portal.contains(element))) return;
    let portal = element;
    while (portal.parentElement && portals.owns(portal.parentElement)) portal = portal.parentElement;
    hidden.add(portal);
    if (!undos.has(portal)) undos.set(portal, hideElement(portal));
  }

  function search(elements: readonly Element[]): void {
    const sizes = [...gates.values()].map((gate) => [gate, gate.hidden.size] as const);
    const covered = new Set(sizes.map(([{ content }]) => content));
    for (const element of elements) {
      let around: Element | null = element;
      while (around && !covered.has(around)) around = around.parentElement;
      if (!around && element.isConnected) test(element, covered);
    }
    for (const [{ hidden, onAdded }, size] of sizes) if (hidden.size > size) onAdded();
  }

  return {
    search,
    hide(portals, content, onAdded) {
      if (gates.has(portals)) return;
      // Whoever watches the document calls `search`.
      gates.set(portals, { content, onAdded, hidden: new Set(), stop: watch(() => {}) });
      unsearched = [content.ownerDocument.body];
    },
    hidden(portals) {
      const elements = unsearched;
      unsearched = [];
      if (elements.length) search(elements);
      return [...(gates.get(portals)?.hidden ?? [])];
    },
    release(portals) {
      const gate = gates.get(portals);
      if (!gate) return;
      const { content, hidden, stop } = gate;
      stop();
      gates.delete(portals);
      unsearched = gates.size ? [...unsearched, content] : [];
      for (const portal of hidden) {
        if ([...gates.values()].some((other) => other.hidden.has(portal))) continue;
        undos.get(portal)?.();
        undos.delete(portal);
      }
    },
  };
}

/** Hides with an animation, which overrides inline styles and leaves them unchanged. */
function hideElement(element: Element): () => void {
  const removeAttributes = addAttributes(element, { inert: '', 'data-maintenance-hidden': '' });
  const nothing = { visibility: ['hidden', 'hidden'], opacity: [0, 0] };
  // jsdom has no animations.
  const animation = element.animate?.(nothing, { duration: 1000, fill: 'both' });
  animation?.pause();
  return () => {
    animation?.cancel();
    removeAttributes();
  };
}
