import { isVisible } from '../isVisible.js';
import { isModalDialog } from '../isModalDialog.js';
import { settleOn } from './personPlace.js';
import { createLocks, type Locks } from './createLocks.js';

/** A closed gate, as a modal dialog of its children has to tell it. */
export interface ClosedModals {
  readonly root: Element;
  readonly content: Element;
  /** Whether an element outside of the content belongs to the children. */
  readonly owns: (element: Element) => boolean;
  /** What the page says about it, if anything. */
  readonly notice: HTMLElement | null;
  readonly keepsLinks: boolean;
  readonly closeText: string;
  /** Called when a modal is still open though it was told to close. */
  readonly onStuck: () => void;
}

/** Says inside the modal dialogs of a closed gate why nothing reacts in them, and how to leave (WCAG 4.1.3, 2.1.2). */
export interface ModalNotes {
  /** Also for dialogs that come later, until `release`. */
  apply(gate: ClosedModals): void;
  release(): void;
  /** Whether there is an open modal. */
  any(): boolean;
}

const dialogs = 'dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]';
// Longer than the usual animation of a dialog that closes.
const closingMs = 1000;

/**
 * The notice of the gate is out of reach while a modal is open: hidden from assistive technology, behind a backdrop, deaf to the
 * pointer. And the button that closes the modal is one of the controls that do nothing.
 */
export function createModalNotes(): ModalNotes {
  const notes = new Map<Element, () => void>();
  let stop = () => {};

  function find({ root, content, owns }: ClosedModals): Element[] {
    const { body } = root.ownerDocument;
    const blocked =
      root.closest('[aria-hidden=true],[inert]') !== null ||
      window.getComputedStyle(body).pointerEvents === 'none';
    const found = [...root.ownerDocument.querySelectorAll(dialogs)].filter(
      (element) =>
        (blocked || isModal(element)) &&
        !element.closest('[data-maintenance-allow]') &&
        (content.contains(element) || owns(element)),
    );
    return found.filter((element) => !found.some((other) => other !== element && other.contains(element)));
  }

  function update(gate: ClosedModals): void {
    for (const [element, remove] of notes) {
      if (element.isConnected) continue;
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
      release();
      const observer = new window.MutationObserver(() => update(gate));
      observer.observe(gate.root.ownerDocument.body, {
        childList: true,
        subtree: true,
        attributes: true,
        attributeFilter: ['open', 'aria-modal', 'role', 'aria-hidden', 'inert'],
      });
      stop = () => observer.disconnect();
      update(gate);
    },
  };
}

/** Puts the note into a modal, and locks what is in there. */
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
  button.textContent = closeText;
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
    // What is drawn, line by line. A DOM that only tests know draws nothing.
    const said = (notice?.innerText ?? notice?.textContent ?? '').trim();
    if (text.textContent !== said) text.textContent = said;
  };
  write();
  const observer = new window.MutationObserver(write);
  if (notice) observer.observe(notice, { childList: true, characterData: true, subtree: true });
  boxOf(modal).append(note);
  if (notice) modal.setAttribute('data-maintenance-explained', '');
  const locks: Locks = createLocks({ reason: notice ? text : null, keepsLinks });
  locks.engage(modal);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    locks.release();
    modal.removeAttribute('data-maintenance-explained');
    const hadFocus = note.contains(modal.ownerDocument.activeElement);
    note.remove();
    if (hadFocus && modal.isConnected) settleOn(modal as HTMLElement);
  };
}

/**
 * Where people look: some libraries give the role to an element as large as the screen, with the box somewhere inside. It is the
 * first that is painted, or the innermost that has all controls.
 */
function boxOf(modal: Element): Element {
  const { backgroundColor } = window.getComputedStyle(modal);
  const controls = modal.querySelectorAll('a[href],button,input,select,textarea,[tabindex]');
  const inner = [...modal.children].find(
    (child) =>
      controls.length > 0 && [...controls].every((control) => control !== child && child.contains(control)),
  );
  return inner && /^(transparent|rgba\(.*, 0\))$/.test(backgroundColor) ? boxOf(inner) : modal;
}

/** As a person does it who has a keyboard: the app decides what comes of it. */
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

function isModal(element: Element): boolean {
  return element.getAttribute('aria-modal') === 'true' || isModalDialog(element);
}

function isShown(element: Element): boolean {
  return element.isConnected && isVisible(element);
}
