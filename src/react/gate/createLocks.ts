/** Attributes that make controls refuse input, and the way back. */
export interface Locks {
  /** Locks every control inside, and those that come later. */
  engage(content: Element): void;
  /** Locks one element, if it is one of those that have to be. */
  lock(element: Element): void;
  release(): void;
}

const text = 'input:not([readonly]),textarea:not([readonly])';
const editor = '[contenteditable]:not([contenteditable=false])';
const frame = 'iframe:not([inert])';
const allowed = '[data-maintenance-allow]:not([aria-disabled])';

/**
 * Dictation, input methods and extensions write without an event that could be refused; a frame keeps its events to itself. So
 * text is made read-only, which keeps focus, caret and form values, and frames inert.
 */
export function createLocks(): Locks {
  let undo: (() => void)[] = [];

  function set(element: Element, name: string, value: string): void {
    const before = element.getAttribute(name);
    element.setAttribute(name, value);
    undo.push(() => {
      // Whoever changed it in the meantime knows better.
      if (element.getAttribute(name) !== value) return;
      if (before === null) element.removeAttribute(name);
      else element.setAttribute(name, before);
    });
  }

  function lock(element: Element): void {
    if (element.matches(allowed)) set(element, 'aria-disabled', 'false');
    if (element.closest('[data-maintenance-allow]')) return;
    // What is in a portal is outside of the group that says so.
    if (!element.closest('[aria-disabled=true]')) set(element, 'aria-disabled', 'true');
    // React writes it as an empty value: the two can be told apart.
    if (element.matches(text)) set(element, 'readonly', 'readonly');
    else if (element.matches(frame)) set(element, 'inert', '');
    else if (element.matches(editor)) {
      // Without it, what is not editable any more would lose focus.
      if (!element.hasAttribute('tabindex')) set(element, 'tabindex', '0');
      set(element, 'contenteditable', 'false');
    }
  }

  return {
    lock,
    engage(content) {
      const lockAll = () => content.querySelectorAll(`${text},${editor},${frame},${allowed}`).forEach(lock);
      lockAll();
      const observer = new MutationObserver(lockAll);
      observer.observe(content, { childList: true, subtree: true });
      undo.push(() => observer.disconnect());
    },
    release() {
      const steps = undo;
      undo = [];
      for (const step of steps.reverse()) step();
    },
  };
}
