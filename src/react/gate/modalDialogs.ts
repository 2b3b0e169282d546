import { languageMarks, type Spoken } from '../fillMessage.js';
import { createControlLocks, textOf } from './blockInteraction.js';
import { changesOfDialogs, gatesOf, mayBringDialogs, popups } from './documentGates.js';
import {
  callAll,
  closestOf,
  elementsWithin,
  hold,
  isHeld,
  isModal,
  isModalDialog,
  isVisible,
  lineOf,
  listenTogether,
  listOf,
  observe,
  openDialogs,
  outOfReach,
  styleOf,
  treesWithin,
} from './elements.js';
import { restoreFocus, placeFocus, type FocusPlace } from './restoreFocus.js';

/** A closed gate whose children may have a modal dialog open. */
interface ClosedModals {
  readonly root: Element;
  readonly content: Element;
  /** Whether an element outside of the content is in a portal of the children. */
  readonly owns: (element: Element) => boolean;
  /** The notice of the gate, if there is one. */
  readonly notice: HTMLElement | null;
  readonly keepsLinks: boolean;
  readonly closeText: Spoken;
  /** Called when a dialog is still open after the person pressed its close button. */
  readonly onStuck: () => void;
}

/** Adds a note and a close button to the modal dialogs of a closed gate (WCAG 4.1.3, 2.1.2). */
export interface ModalNotes {
  /** Applies to open dialogs, and to those that open until `release`. */
  apply(gate: ClosedModals): void;
  release(): void;
  /** Whether a modal dialog is open. */
  any(): boolean;
}

// Longer than dialogs usually take to close with an animation.
const closingMs = 1000;

/**
 * While a modal dialog is open, people cannot reach the notice of the gate: it is hidden from assistive technology, and behind a
 * backdrop. And the close button of the dialog itself is one of the blocked controls.
 */
export function createModalNotes(): ModalNotes {
  const notes = new Map<Element, () => void>();
  let dialogs: readonly Element[] = [];
  let stop = () => {};

  function search({ root, content, owns }: ClosedModals): void {
    const owned = gatesOf(root.ownerDocument).openDialogs().filter(owns);
    dialogs = [...new Set([...elementsWithin(content, openDialogs), ...owned])];
  }

  function find({ root }: ClosedModals): Element[] {
    const isBlocked = () =>
      root.closest(outOfReach) !== null || styleOf(root.ownerDocument.body).pointerEvents === 'none';
    const found = dialogs.filter(
      (element) =>
        (isModal(element) || isBlocked()) &&
        // A closed dialog may stay mounted.
        isShown(element) &&
        !closestOf(element, '[data-maintenance-allow]'),
    );
    return found.filter((element) => !found.some((other) => other !== element && other.contains(element)));
  }

  function update(gate: ClosedModals): void {
    for (const [element, remove] of notes) {
      if (isShown(element)) continue;
      remove();
      notes.delete(element);
    }
    for (const element of find(gate)) {
      if (!notes.has(element)) notes.set(element, explain(element, notes.size, gate));
    }
  }

  function release(): void {
    stop();
    for (const remove of notes.values()) remove();
    notes.clear();
  }

  return {
    any: () => notes.size > 0,
    release,
    apply(gate) {
      stop = followDialogs(
        [gate.content],
        () => search(gate),
        () => update(gate),
      );
    },
  };
}

/**
 * Calls `search` now, and again when dialogs may have been added or removed; and `update` after that, and after every other change that may
 * open or close one. A page may change many times a second, and a gate may contain thousands of elements, so that it is searched only if it
 * has to be.
 */
function followDialogs(containers: readonly Element[], search: () => void, update: () => void): () => void {
  let stopShadows = () => {};

  function follow(bringsDialogs: boolean): void {
    if (bringsDialogs) start();
    else update();
  }

  function start(): void {
    search();
    stopShadows();
    const shadows = containers.flatMap((container) => treesWithin(container).slice(1));
    stopShadows = observe(shadows, changesOfDialogs, (records) => follow(records.some(mayBringDialogs)));
    update();
  }

  const { ownerDocument = document } = containers[0] ?? {};
  const stop = gatesOf(ownerDocument).watch(follow);
  start();
  return () => {
    stop();
    stopShadows();
  };
}

/** Adds the note to a modal dialog, and locks the controls in the dialog. */
function explain(modal: Element, index: number, gate: ClosedModals): () => void {
  const { notice, closeText, keepsLinks } = gate;
  const { ownerDocument } = modal;
  const note = ownerDocument.createElement('div');
  note.setAttribute('data-maintenance-modal-note', '');
  note.setAttribute('data-maintenance-allow', '');
  const text = ownerDocument.createElement('p');
  text.id = `${notice?.id ?? ''}-modal-${index}`;
  const button = ownerDocument.createElement('button');
  button.type = 'button';
  button.setAttribute('data-maintenance-close', '');
  button.textContent = closeText.text;
  Object.assign(button, languageMarks(closeText));
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', () => {
    dismiss(modal);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (note.isConnected && isShown(modal)) gate.onStuck();
    }, closingMs);
  });
  if (notice) note.append(text);
  note.append(button);
  const write = () => {
    const said = notice ? textOf(notice) : '';
    if (text.textContent !== said) text.textContent = said;
    // The note is one text: it can say its language only if that is the one of all lines.
    const langs = new Set([...(notice?.children ?? [])].map((line) => languageOf(line)));
    const [lang] = langs.size === 1 ? langs : [];
    for (const name of ['lang', 'dir']) text.removeAttribute(name);
    Object.assign(text, languageMarks({ lang }));
  };
  write();
  const stop = observe(
    notice ? [notice] : [],
    { attributeFilter: ['aria-label'], childList: true, characterData: true, subtree: true },
    write,
  );
  boxOf(modal).append(note);
  if (notice) modal.setAttribute('data-maintenance-explained', '');
  const locks = createControlLocks({ reason: notice ? text : null, keepsLinks });
  locks.engage(modal);
  return () => {
    clearTimeout(timer);
    stop();
    locks.release();
    modal.removeAttribute('data-maintenance-explained');
    const hadFocus = note.contains(modal.ownerDocument.activeElement);
    note.remove();
    if (hadFocus && modal.isConnected) placeFocus(modal as HTMLElement);
  };
}

function languageOf(line: Element): string | undefined {
  return line.querySelector<HTMLElement>('[lang]')?.lang;
}

/**
 * The visible box of a dialog. Some libraries give the role to an element as large as the screen, with the box inside. The box is the
 * first element that has a background, or the innermost one that contains all controls.
 */
function boxOf(modal: Element): Element {
  const { backgroundColor } = styleOf(modal);
  const controls = modal.querySelectorAll('a[href],button,input,select,textarea,[tabindex]');
  const inner = listOf(modal, 'children').find(
    (child) =>
      controls.length > 0 && [...controls].every((control) => control !== child && child.contains(control)),
  );
  return inner && /^(transparent|rgba\(.*, 0\))$/.test(backgroundColor) ? boxOf(inner) : modal;
}

/** Closes a dialog as the Escape key does. The app decides whether it closes. */
function dismiss(modal: Element): void {
  if (isModalDialog(modal)) {
    if (modal.dispatchEvent(new window.Event('cancel', { cancelable: true }))) modal.close();
    return;
  }
  const active = modal.ownerDocument.activeElement;
  const target = active && modal.contains(active) ? active : modal;
  const escape = { key: 'Escape', code: 'Escape', keyCode: 27, which: 27 };
  for (const type of ['keydown', 'keyup']) {
    target.dispatchEvent(
      new window.KeyboardEvent(type, { ...escape, bubbles: true, cancelable: true, composed: true }),
    );
  }
}

function isShown(element: Element): boolean {
  return element.isConnected && isVisible(element) && !element.closest('[aria-hidden=true]');
}

/** Undoes what modal dialogs do to the rest of the page, while a gate hides the dialogs. */
export interface ModalSuspension {
  /** Starts to listen. Its listeners must be added before those of dialogs that open later. Returns how to stop. */
  attach(document: Document): () => void;
  /** Call it before an open gate closes. Afterwards everything in it is hidden, closed dialogs and open ones. */
  look(hiddenModals: readonly Element[]): void;
  /** Unblocks the page, and keeps it unblocked, while dialogs in the hidden elements are open. `root` is the element of the gate. */
  suspend(root: Element, hidden: readonly Element[]): void;
  /** Lets dialogs that are still open block the page again. Call it when they are visible again. */
  release(): void;
}

const unopened = `${outOfReach},[hidden]`;
// Set by gates.
const ours = '[data-maintenance-content],[data-maintenance-hidden]';
/** The events with which dialogs close, trap focus or prevent scrolling. */
const heard = 'pointerdown mousedown touchstart touchmove wheel focusin keydown';
const presses = 'pointerdown pointerup mousedown mouseup touchstart touchend click';

/**
 * A modal dialog makes the rest of the page `aria-hidden` or `inert`, takes pointer events or scrolling from `<body>`, and listens on the
 * document. Its effects keep running while it is hidden, so nobody could use the page. It is not closed instead, because most dialogs
 * forget what was typed when they close.
 */
export function createModalSuspension(): ModalSuspension {
  const undos = new Map<string | Element, () => void>();
  let hidden: readonly Element[] = [];
  /** What may be modal, each with the hidden element that it is in. */
  let candidates: readonly (readonly [candidate: Element, container: Element])[] = [];
  let modals: readonly Element[] = [];
  /** Modal dialogs that stay mounted while they are closed, and were closed before the gate was. */
  let closed: readonly Element[] = [];
  let stop = () => {};

  /** React and the elements of the app have handled the event by then. The dialogs' listeners on the document run after this one. */
  function keepFromDialogs(event: Event): void {
    if (!modals.length) return;
    if (event.type === 'keydown' && (event as KeyboardEvent).key !== 'Escape') return;
    event.stopImmediatePropagation();
  }

  /** Some dialogs close on a press outside. They look for themselves in the path of the event before any other listener. */
  function pretendInside(event: Event): void {
    if (!modals.length) return;
    const path = [
      ...event.composedPath(),
      ...hidden,
      ...hidden.flatMap((element) => elementsWithin(element)),
    ];
    // Another gate may add its own.
    Object.defineProperty(event, 'composedPath', { value: () => path, configurable: true });
  }

  function search(): void {
    candidates = hidden.flatMap((container) =>
      [container, ...elementsWithin(container, popups)]
        .filter((element) => element.matches(popups))
        .map((element) => [element, container] as const),
    );
  }

  function free(root: Element): void {
    const { ownerDocument } = root;
    const blocks = candidates.length > 0 && modalTest(root);
    modals = candidates.flatMap(([element, container]) =>
      blocks && !isUnopened(element, container) && blocks(element) ? [element] : [],
    );
    if (!modals.length || isAnotherOpen(ownerDocument)) return;
    const regions = ownerDocument.querySelectorAll('[aria-live]');
    for (const parent of new Set([root, ...hidden, ...regions].flatMap(ancestorsOf))) {
      for (const element of listOf(parent, 'children')) if (!hidden.includes(element)) expose(element);
    }
    for (const element of [ownerDocument.documentElement, ownerDocument.body]) {
      const { pointerEvents, overflowY } = styleOf(element);
      if (pointerEvents === 'none') override(element, 'pointer-events', 'auto');
      const scrolls = ownerDocument.documentElement.scrollHeight > window.innerHeight;
      if (/hidden|clip/.test(overflowY) && (scrolls || element.style.overflow !== '')) {
        override(element, 'overflow', 'visible');
      }
    }
  }

  /** Tells which elements block the page. Other dialogs, lists and menus are parts of it. */
  function modalTest(root: Element): (element: Element) => boolean {
    const { documentElement, body } = root.ownerDocument;
    const blocked = lineOf(root).filter((around) => around.matches(outOfReach) && !around.matches(ours));
    const takesPointer = [documentElement, body].some((element) => styleOf(element).pointerEvents === 'none');
    return (element) =>
      modals.includes(element) ||
      takesPointer ||
      // A dialog does not block what it is in.
      blocked.some((around) => !around.contains(element)) ||
      (element.matches('[aria-modal=true]') && !closed.includes(element));
  }

  /** Whether a dialog outside of the gate is open. It blocks the page rightly. */
  function isAnotherOpen(document: Document): boolean {
    return [...document.querySelectorAll(openDialogs)].some(
      (other) => isModal(other) && !modals.includes(other) && !other.closest(outOfReach) && isVisible(other),
    );
  }

  /** Only once per element: a dialog that hides it again must not start an endless loop. */
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
      // The style was changed meanwhile, as by a dialog that closed.
      if (style.getPropertyPriority(property) !== 'important' || style.getPropertyValue(property) !== value)
        return;
      style.removeProperty(property);
      style.setProperty(property, ...before);
    });
  }

  return {
    look(hiddenModals) {
      closed = hiddenModals;
    },
    attach(document) {
      return callAll([
        listenTogether([document], heard, keepFromDialogs, { capture: false, passive: true }),
        listenTogether([document.defaultView ?? window], presses, pretendInside, { passive: true }),
      ]);
    },
    suspend(root, elements) {
      hidden = elements;
      stop();
      stop = followDialogs(elements, search, () => free(root));
    },
    release() {
      stop();
      stop = () => {};
      const stillOpen = modals.some((element) => element.isConnected && isVisible(element));
      for (const [what, undo] of undos) if (stillOpen || typeof what === 'string') undo();
      undos.clear();
      hidden = [];
      candidates = [];
      modals = [];
    },
  };
}

/** Whether something other than a gate hides an element in a hidden container. */
function isUnopened(element: Element, container: Element): boolean {
  const line = lineOf(element);
  return line
    .slice(0, line.indexOf(container) + 1)
    .some(
      (around) =>
        (around.matches(unopened) && !around.matches(ours)) ||
        (around !== container && styleOf(around).display === 'none'),
    );
}

function ancestorsOf(element: Element): Element[] {
  const { parentElement } = element;
  if (!parentElement || parentElement.localName === 'html') return [];
  return [parentElement, ...ancestorsOf(parentElement)];
}

/**
 * Closes the modal `<dialog>` elements of the content without a `close` event. A hidden modal dialog blocks the whole page, and `inert`
 * does not apply to it. Returns how to open them again and restore focus to `place`.
 */
export function closeModalDialogs(
  content: Element | null,
  focused: Element | null,
  place: FocusPlace | null,
): () => void {
  // The selector names the class of the elements.
  const dialogs = new Set((content ? elementsWithin(content, 'dialog') : []) as HTMLDialogElement[]);
  const around = focused?.closest('dialog');
  // The gate itself may be in a dialog.
  if (around && !around.contains(content)) dialogs.add(around);
  const releases = [...dialogs].flatMap((dialog) => {
    const isOpen = isModalDialog(dialog);
    if (!isOpen && !isHeld(dialog, 'open')) return [];
    if (isOpen) closeQuietly(dialog);
    const reopen = () => {
      if (!dialog.isConnected || dialog.open) return;
      dialog.showModal();
      // `showModal` focuses the first control in the dialog, and WebKit forgets the caret.
      if (place && lineOf(place.element).includes(dialog)) restoreFocus(place);
    };
    return [hold(dialog, 'open', reopen)];
  });
  return callAll(releases);
}

function closeQuietly(dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', (event) => event.stopImmediatePropagation(), {
    capture: true,
    once: true,
  });
  dialog.close();
}
