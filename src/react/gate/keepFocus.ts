import type { FocusEvent } from 'react';
import { isOpaque, lineOf, listen, observe } from './elements.js';
import {
  activeElementAt,
  canKeepFocus,
  cannotKeepFocus,
  clearSelection,
  hasNoFocus,
  isParked,
  placeFocus,
  placeFocusInside,
  placeFocusNear,
  rememberFocus,
  restoreFocus,
  scrollFromBehind,
  type FocusPlace,
} from './restoreFocus.js';

/** The gate whose focus is kept, as it is now. */
export interface FocusGate {
  readonly root: HTMLElement | null;
  readonly content: HTMLElement | null;
  readonly notice: HTMLElement | null;
  readonly label: string;
  readonly isOpen: boolean;
  /** Whether the content is visible and focusable, but cannot be changed or activated. */
  readonly isBlocked: boolean;
  /** Called when focus moves to the notice. */
  readonly onArrive?: (() => void) | undefined;
}

/** Where focus is before React changes the page. */
export interface FocusBefore {
  readonly active: Element | null;
  /** Set when focus is in the content. */
  readonly place: FocusPlace | null;
  /** Whether focus is on the notice, or on the gate itself. */
  readonly onNotice: boolean;
}

/** Moves focus only to repair a loss, and restores it when the gate opens, unless the person focuses something else meanwhile. */
export interface FocusKeeper {
  /** For the element around the children. React also calls it for their portals. */
  readonly onFocus: (event: FocusEvent) => void;
  /** The last element of the children that took focus. It may be in a portal, which only React's events show. */
  focused(): Element | null;
  /** Call it before React changes the page. Afterwards focus may be lost. */
  look(root: Element): FocusBefore;
  /** Call it when the gate has closed, opened or changed its way of being closed. */
  repair(before: FocusBefore): void;
  /** Moves focus to the notice because it has something to say. */
  bringToNotice(): void;
  /** Runs `hide`, which hides a part of the content while the gate stays closed, and takes focus from that part. */
  whileHiding(hide: () => void): void;
  /** Call it when the gate unmounts. */
  release(): void;
}

/** Changes of the page after which an element may take focus, or may have lost it. */
const changesOfFocus: MutationObserverInit = {
  subtree: true,
  childList: true,
  attributeFilter: 'hidden inert style class type disabled contenteditable tabindex open'.split(' '),
};

export function createFocusKeeper(gate: () => FocusGate): FocusKeeper {
  let focused: Element | null = null;
  /** Where focus was when the gate took it away, until it is restored or the person focuses something else. */
  let left: FocusPlace | null = null;
  let stopHolding = () => {};
  let stopFollowing = () => {};
  let stopWaiting = () => {};

  /** Takes focus from a place that cannot keep it, to restore it later. */
  function leave(place: FocusPlace): void {
    left = place;
    clearSelection(place);
    forgetOnFocus();
    park();
  }

  /** Moves focus to the notice, or to the gate where there is none. */
  function park(): void {
    const { root, content, notice, label, isOpen, onArrive } = gate();
    if (!root) return;
    // When this gate reopens, a gate inside may still be closed.
    const inner = left?.element.closest(
      '[data-maintenance-gate][data-maintenance-state=closed] > [data-maintenance-content]',
    );
    const explanation = inner && content?.contains(inner) ? inner.nextElementSibling : notice;
    if (explanation && placeFocus(explanation as HTMLElement)) {
      if (explanation === notice) onArrive?.();
    } else if (!placeFocus(root, label) && !placeFocusInside(root)) {
      if (isOpen) placeFocusNear(lineOf(root).slice(1));
      wait();
    }
  }

  /** Restores focus, or waits until that is possible. A gate around this one may still be closed, or an editor not editable yet. */
  function giveBack(): void {
    const { root, notice, isOpen } = gate();
    if (!left || !root) return;
    const active = activeElementAt(root);
    const wasLost = !active || isLost(active);
    const isWaiting = wasLost || isParked(active) || notice?.contains(active);
    if (!isWaiting || restoreFocus(left)) return forget();
    forgetOnFocus();
    if (wasLost) park();
    if (isOpen) wait();
  }

  /** Tries to restore focus again after every change of the page that may make it possible. */
  function wait(): void {
    const { root } = gate();
    if (!root) return;
    stopWaiting();
    stopWaiting = observe(new Set([root.ownerDocument, root.getRootNode()]), changesOfFocus, () => {
      stopWaiting();
      giveBack();
    });
  }

  /** Forgets the place when the person focuses something else. */
  function forgetOnFocus(): void {
    stopFollowing();
    stopFollowing = listen([gate().root?.ownerDocument.defaultView ?? window], 'focusin', (event) => {
      const target = event.composedPath()[0] as Element;
      if (target.nodeType === 1 && !isParked(target) && !gate().notice?.contains(target)) forget();
    });
  }

  function forget(): void {
    left = null;
    stopFollowing();
    stopWaiting();
  }

  /**
   * Keeps focus in content that stays visible. When the gate closes, an editor or a field may become disabled, hidden, or be replaced by
   * another element, and lose focus by that.
   */
  function hold(place: FocusPlace): () => void {
    const { element } = place;
    const tree = element.getRootNode();
    return observe([tree], changesOfFocus, () => {
      const active = activeElementAt(tree);
      const has = active === element;
      if (!has && !hasNoFocus(active)) return;
      if (cannotKeepFocus(element) || element.matches(':disabled')) return leave(place);
      // A host keeps focus by what is in its shadow root. As a stop of its own it would take focus from there.
      const isHost = element.shadowRoot !== null || isOpaque(element);
      if (!isHost && !canKeepFocus(element)) element.setAttribute('tabindex', '0');
      if (!has) restoreFocus(place);
    });
  }

  /** Repairs focus when a popup closes that stayed in front of inert content: the control that it gives focus to cannot take it. */
  function repairAfterPopup({ element }: FocusPlace): () => void {
    return observe([element.ownerDocument], changesOfFocus, () => {
      if (cannotKeepFocus(focused ?? element) && hasNoFocus(activeElementAt(element.ownerDocument))) park();
    });
  }

  /** Moves focus nearby when the gate unmounts while its notice has focus. */
  function leaveNobodyBehind(): void {
    const { content, notice } = gate();
    // React has already cleared the ref of the root.
    const root = (content ?? notice)?.parentElement;
    const active = root && activeElementAt(root);
    if (!active || !root.contains(active) || content?.contains(active)) return;
    const ancestors = lineOf(root).slice(1);
    queueMicrotask(() => {
      if (hasNoFocus(root.ownerDocument.activeElement)) placeFocusNear(ancestors);
    });
  }

  return {
    focused: () => focused,
    onFocus({ target }) {
      // A listbox that keeps focus itself may tell its options that they have it.
      if (activeElementAt(target) !== target || target.closest('[data-maintenance-modal-note]')) return;
      focused = target;
      const { isBlocked, notice } = gate();
      if (isBlocked) scrollFromBehind(target, notice);
    },
    look(root) {
      const active = activeElementAt(root);
      const inContent = active && (active === focused || gate().content?.contains(active));
      return {
        active,
        place: inContent ? rememberFocus(active) : null,
        onNotice: !inContent && root.contains(active),
      };
    },
    repair({ active, place, onNotice }) {
      const { root, isBlocked, isOpen } = gate();
      stopHolding();
      if (place && cannotKeepFocus(place.element)) {
        const now = root && activeElementAt(root);
        // A dialog that another gate has opened again may have taken focus.
        if (!now || isLost(now) || isParked(now)) leave(place);
      } else if (place && isBlocked) stopHolding = hold(place);
      else if (place && !isOpen) stopHolding = repairAfterPopup(place);
      else if (left && !place) giveBack();
      else if (onNotice && active && cannotKeepFocus(active) && (!root || hasNoFocus(activeElementAt(root))))
        park();
    },
    bringToNotice() {
      const { root } = gate();
      const active = root && activeElementAt(root);
      // When several gates have something to say, the first one moves focus.
      if (active && isParked(active)) return;
      if (active && !hasNoFocus(active)) leave(rememberFocus(active));
      else park();
    },
    whileHiding(hide) {
      const { root } = gate();
      const active = root && activeElementAt(root);
      const at = active?.closest('[data-maintenance-modal-note]') ? focused : active;
      hide();
      if (at && cannotKeepFocus(at)) leave(rememberFocus(at as HTMLElement));
    },
    release() {
      stopHolding();
      stopWaiting();
      stopFollowing();
      leaveNobodyBehind();
    },
  };
}

/** Whether no element has focus, or one that cannot keep it. */
function isLost(active: Element): boolean {
  return hasNoFocus(active) || cannotKeepFocus(active);
}
