import { isVisible } from '../isVisible.js';
import { isModalDialog } from '../isModalDialog.js';
/** Takes back what modal dialogs do to the rest of the page, while a gate hides them. */
export interface ModalSuspension {
  /** Listens from now on: before the dialogs that are opened later, whose listeners it has to come before. Returns how to stop. */
  attach(document: Document): () => void;
  /** Frees the page of the modals in the hidden elements, also of what they do to it later. `root` is the element of the gate. */
  suspend(root: Element, hidden: readonly Element[]): void;
  /** Lets those that are still open have the page again. To be called when they are visible again. */
  resume(): void;
}

const modal = '[role=dialog],[role=alertdialog],[aria-modal=true],[role=menu],[role=listbox]';
const outOfReach = '[aria-hidden=true],[inert]';
// What gates do themselves.
const ours = '[data-maintenance-content],[data-maintenance-hidden]';
/** By these a dialog finds out that it should close, brings focus back, or keeps the page from scrolling. */
const heard = 'pointerdown mousedown touchstart touchmove wheel focusin keydown'.split(' ');
const presses = 'pointerdown pointerup mousedown mouseup touchstart touchend click'.split(' ');

/**
 * Whoever opens a modal makes everything else `aria-hidden` or `inert`, takes pointer events or scrolling from `<body>`, and listens on
 * the document. As its effects go on while it is hidden, all that would leave a page that nobody can use. It is not closed instead:
 * most of them forget what was typed.
 */
export function createModalSuspension(): ModalSuspension {
  const undos = new Map<string | Element, () => void>();
  let hidden: readonly Element[] = [];
  let modals: readonly Element[] = [];
  let stop = () => {};

  /** React and the app's elements have heard it by then; the dialogs' listeners on the document come after this one. */
  function keepFromDialogs(event: Event): void {
    if (!modals.length) return;
    if (event.type === 'keydown' && (event as KeyboardEvent).key !== 'Escape') return;
    event.stopImmediatePropagation();
  }

  /** Others ask, before anybody else hears it, whether a press was in the dialog: only where it was not, they close it. */
  function pretendInside(event: Event): void {
    if (!modals.length) return;
    const path = [...event.composedPath(), ...hidden, ...hidden.flatMap(allWithin)];
    Object.defineProperty(event, 'composedPath', { value: () => path });
  }

  function free(root: Element): void {
    const { ownerDocument } = root;
    modals = hidden.flatMap((element) =>
      [element, ...allWithin(element)].filter((inside) => inside.matches(modal)),
    );
    if (!modals.length || isAnotherOpen(ownerDocument)) return;
    const regions = ownerDocument.querySelectorAll('[aria-live]');
    for (const parent of new Set([root, ...hidden, ...regions].flatMap(ancestorsOf))) {
      for (const element of parent.children) if (!hidden.includes(element)) expose(element);
    }
    for (const element of [ownerDocument.documentElement, ownerDocument.body]) {
      const { pointerEvents, overflowY } = window.getComputedStyle(element);
      if (pointerEvents === 'none') override(element, 'pointer-events', 'auto');
      const scrolls = ownerDocument.documentElement.scrollHeight > window.innerHeight;
      if (/hidden|clip/.test(overflowY) && (scrolls || element.style.overflow !== '')) {
        override(element, 'overflow', 'visible');
      }
    }
  }

  /** What somebody else opened meanwhile blocks the page with good reason. */
  function isAnotherOpen(document: Document): boolean {
    return [...document.querySelectorAll('dialog[open],[aria-modal=true]')].some(
      (other) =>
        (other.matches('[aria-modal=true]') || isModalDialog(other)) &&
        !modals.includes(other) &&
        !other.closest(outOfReach) &&
        isVisible(other),
    );
  }

  /** Once only: whoever insists on it does not start an endless dispute. */
  function expose(element: Element): void {
    if (undos.has(element) || !element.matches(outOfReach) || element.matches(ours)) return;
    const taken = ['aria-hidden', 'inert'].flatMap((name) => {
      const value = element.getAttribute(name);
      element.removeAttribute(name);
      return value === null ? [] : [[name, value] as const];
    });
    undos.set(element, () => {
      for (const [name, value] of taken) if (!element.hasAttribute(name)) element.setAttribute(name, value);
    });
  }

  function override(element: HTMLElement, property: string, value: string): void {
    const name = `${element.localName} ${property}`;
    if (undos.has(name)) return;
    const { style } = element;
    const before = [style.getPropertyValue(property), style.getPropertyPriority(property)] as const;
    style.setProperty(property, value, 'important');
    undos.set(name, () => {
      // Whoever wrote it meanwhile has closed the dialog.
      if (style.getPropertyPriority(property) !== 'important' || style.getPropertyValue(property) !== value)
        return;
      style.removeProperty(property);
      style.setProperty(property, ...before);
    });
  }

  return {
    attach(document) {
      const listening = new window.AbortController();
      const { signal } = listening;
      for (const type of heard) document.addEventListener(type, keepFromDialogs, { signal, passive: true });
      const view = document.defaultView;
      for (const type of presses)
        view?.addEventListener(type, pretendInside, { signal, capture: true, passive: true });
      return () => listening.abort();
    },
    suspend(root, elements) {
      hidden = elements;
      stop();
      const { documentElement, body } = root.ownerDocument;
      const again = () => free(root);
      const reach = new window.MutationObserver(again);
      reach.observe(body, {
        subtree: true,
        childList: true,
        attributes: true,
        attributeFilter: ['aria-hidden', 'inert', 'role', 'aria-modal'],
      });
      const locks = new window.MutationObserver(again);
      for (const element of [documentElement, body]) locks.observe(element, { attributes: true });
      stop = () => {
        reach.disconnect();
        locks.disconnect();
      };
      again();
    },
    resume() {
      stop();
      stop = () => {};
      const stillOpen = modals.some((element) => element.isConnected && isVisible(element));
      for (const [what, undo] of undos) if (stillOpen || typeof what === 'string') undo();
      undos.clear();
      hidden = [];
      modals = [];
    },
  };
}

function allWithin(element: Element): Element[] {
  return [...element.querySelectorAll('*')];
}

function ancestorsOf(element: Element): Element[] {
  const { parentElement } = element;
  if (!parentElement || parentElement.localName === 'html') return [];
  return [parentElement, ...ancestorsOf(parentElement)];
}
