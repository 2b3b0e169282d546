import { elementsWithin } from './elementsWithin.js';
import { isControl, isLink, isTemporal, isTextField } from './controls.js';

/** The element that says why nothing reacts, if there is one. */
export type Reason = Element | null;

/** Attributes that make controls refuse input and say why, and the way back. */
export interface Locks {
  /** Locks every control inside, and those that come later. */
  engage(content: Element): void;
  /** Locks one element, if it is one of those that have to be. */
  lock(element: Element): void;
  /** Whether it was this that made an element read-only. */
  madeReadOnly(element: Element): boolean;
  release(): void;
}

interface LockOptions {
  readonly reason: Reason;
  /** Whether links still work. */
  readonly keepsLinks: boolean;
}

type WithEditContext = Element & { editContext?: object | null };

const editor = '[contenteditable]:not([contenteditable=false])';
// The roles that `aria-readonly` is for, of those that text is typed into.
const textRole = '[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton]';

/**
 * Dictation, input methods and extensions write without an event that could be refused; a frame keeps its events to itself. So
 * text is made read-only, which keeps focus, caret and form values, and frames inert. What cannot be read-only says that it is
 * disabled, and stays where the keyboard reaches it (WCAG 4.1.2).
 */
export function createLocks({ reason, keepsLinks }: LockOptions): Locks {
  const locked = new WeakSet<Element>();
  const readOnly = new WeakSet<Element>();
  let undo: (() => void)[] = [];

  function set(element: Element, name: string, value: string): void {
    const before = element.getAttribute(name);
    if (before === value) return;
    element.setAttribute(name, value);
    undo.push(() => {
      // Whoever changed it in the meantime knows better.
      if (element.getAttribute(name) !== value) return;
      if (before === null) element.removeAttribute(name);
      else element.setAttribute(name, before);
    });
  }

  function lock(element: Element): void {
    if (element.closest('[data-maintenance-allow]')) return;
    const isEditor = element.matches(editor);
    const editContext = (element as WithEditContext).editContext ?? null;
    if (element.matches('iframe:not([inert])')) set(element, 'inert', '');
    if (!isEditor && !editContext && !isControl(element)) return;
    if (keepsLinks && isLink(element)) return;
    describe(element);
    if (locked.has(element)) return;
    locked.add(element);
    // React writes it as an empty value: the two can be told apart.
    if (isTextField(element) && !losesFocusWhenReadOnly(element)) {
      if (element.hasAttribute('readonly')) return;
      readOnly.add(element);
      set(element, 'readonly', 'readonly');
    } else if (isEditor || editContext) {
      lockEditor(element, editContext);
    } else if (element.matches(textRole)) {
      set(element, 'aria-readonly', 'true');
    } else if (!element.matches(':disabled')) {
      set(element, 'aria-disabled', 'true');
    }
  }

  function lockEditor(element: WithEditContext, editContext: object | null): void {
    // Without it, what is not editable any more would lose focus.
    if (!element.hasAttribute('tabindex')) set(element, 'tabindex', '0');
    if (element.matches(textRole)) set(element, 'aria-readonly', 'true');
    if (element.matches(editor)) set(element, 'contenteditable', 'false');
    if (!editContext) return;
    element.editContext = null;
    undo.push(() => {
      element.editContext ??= editContext;
    });
  }

  /** Adds the reason to what describes the element already. */
  function describe(element: Element): void {
    if (!reason) return;
    // A modal dialog has the reason in itself.
    const note = element.closest('[data-maintenance-explained]');
    if (note && !note.contains(reason)) return;
    // An id is known only in the tree that it is in.
    if (element.getRootNode() !== reason.getRootNode()) {
      const text = reason.textContent.trim();
      if (!element.hasAttribute('aria-description')) set(element, 'aria-description', text);
      return;
    }
    const { id } = reason;
    const ids = idsOf(element);
    if (!id || ids.includes(id)) return;
    element.setAttribute('aria-describedby', [...ids, id].join(' '));
    undo.push(() => {
      const rest = idsOf(element).filter((other) => other !== id);
      if (rest.length) element.setAttribute('aria-describedby', rest.join(' '));
      else element.removeAttribute('aria-describedby');
    });
  }

  return {
    lock,
    madeReadOnly: (element) => readOnly.has(element),
    engage(content) {
      const observer = new window.MutationObserver((records) => {
        for (const { addedNodes } of records) {
          for (const node of addedNodes) if (node instanceof window.Element) lockAll(node);
        }
      });
      const observe = (root: Node) => observer.observe(root, { childList: true, subtree: true });
      const lockAll = (container: Element) => {
        if (container.shadowRoot) {
          observe(container.shadowRoot);
          for (const element of elementsWithin(container.shadowRoot, observe)) lock(element);
        }
        for (const element of [container, ...elementsWithin(container, observe)]) lock(element);
      };
      lockAll(content);
      observe(content);
      undo.push(() => observer.disconnect());
    },
    release() {
      const steps = undo;
      undo = [];
      for (const step of steps.reverse()) step();
    },
  };
}

function idsOf(element: Element): string[] {
  return (element.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
}

/** Firefox takes the focus from a date that is read-only, and takes it out of the tab order. */
function losesFocusWhenReadOnly(element: Element): boolean {
  return isTemporal(element) && window.CSS.supports('-moz-appearance', 'none');
}
