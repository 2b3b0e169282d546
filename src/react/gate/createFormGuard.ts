import { isLost } from './personPlace.js';

/** A gate that is closed, for what guards the forms around it. */
export interface ClosedFields {
  readonly content: Element;
  /** What the children rendered elsewhere on the page, as far as the gate hides it. */
  readonly hiddenPortals: () => readonly Element[];
  /** Whether it is the gate that made a field read-only. */
  readonly isMadeReadOnly: (field: Element) => boolean;
}

/** Keeps forms from being sent with fields in closed content that are not valid. */
export interface FormGuard {
  close(gate: ClosedFields): void;
  open(): void;
}

/** Anything that belongs to a form; elements of an app's own among them. */
type Field = HTMLElement & { readonly form?: HTMLFormElement | null };
type Hooked = ((...args: never[]) => unknown) & { readonly gates?: Set<(form: HTMLFormElement) => void> };

const closedContent = '[data-maintenance-gate][data-maintenance-state=closed] > [data-maintenance-content]';

/**
 * Refuses the submission of a form that has a field in closed content which is not valid, and calls `onRefuse`, so that the person
 * learns of it (WCAG 3.3.1). The browser alone says nothing of a field that is hidden, for it cannot focus it, and does not check one
 * that is read-only. What can be put right comes first: while a field that the person reaches is not valid, that is left to the
 * browser. `checkValidity` outside of a submission, as forms do it to poll, refuses nothing.
 */
export function createFormGuard(onRefuse: () => void): FormGuard {
  let gate: ClosedFields | null = null;
  /** The form that is being submitted. */
  let submitted: HTMLFormElement | null = null;
  let made: readonly Element[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopListening = () => {};
  let stopWatching = () => {};

  function isOwn(field: Element): boolean {
    if (!gate) return false;
    return gateOf(field) === gate.content || gate.hiddenPortals().some((portal) => portal.contains(field));
  }

  /** Until the browser, and the app's handlers, have checked the form, fields are as they would be without us. */
  function begin(form: HTMLFormElement): void {
    end();
    submitted = form;
    made = fieldsOf(form).filter((field) => gate?.isMadeReadOnly(field));
    for (const field of made) field.removeAttribute('readonly');
    timer = setTimeout(end);
  }

  function end(): void {
    clearTimeout(timer);
    submitted = null;
    for (const field of made) field.setAttribute('readonly', 'readonly');
    made = [];
  }

  function refuse(): void {
    stopWatching();
    onRefuse();
  }

  function onClick({ target }: Event): void {
    // Enter in a field is a click on the form's first button for the browser, too.
    const button = (target as Element).closest?.<HTMLButtonElement | HTMLInputElement>('button,input');
    if (button?.form && /^(submit|image)$/.test(button.type)) begin(button.form);
  }

  /** A form without a button to submit it is submitted by Enter alone. */
  function onKeyPress(event: KeyboardEvent): void {
    const { form } = event.target as Field;
    if (event.key === 'Enter' && form) begin(form);
  }

  function onInvalid(event: Event): void {
    const field = event.target as Field;
    if (!submitted || field.form !== submitted || !isOwn(field)) return;
    // The browser would bring people to what they cannot change.
    event.preventDefault();
    const invalid = fieldsOf(submitted).filter((other) => other.matches(':invalid'));
    if (!invalid.some(isReachable) && invalid.find(isOwn) === field) refuse();
  }

  function onSubmit(event: Event): void {
    const form = event.target as HTMLFormElement;
    if (form.method === 'dialog' || form.closest('[data-maintenance-allow]')) return;
    if (!isOwn(form)) return watch(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
  }

  /** A form that checks itself says what is wrong by `aria-invalid`, or by focusing that, sooner or later. */
  function watch(form: HTMLFormElement): void {
    stopWatching();
    const fields = fieldsOf(form);
    const own = fields.filter(isOwn);
    if (!own.length) return;
    const stop = new window.AbortController();
    const options = { capture: true, signal: stop.signal };
    const check = () => {
      const wrong = fields.filter((field) => field.getAttribute('aria-invalid') === 'true');
      if (wrong.some(isOwn) && !wrong.some(isReachable)) refuse();
    };
    const observer = new window.MutationObserver(check);
    for (const field of fields) observer.observe(field, { attributeFilter: ['aria-invalid'] });
    const unreachable = own.filter((field) => isLost(field) && !Object.hasOwn(field, 'focus'));
    for (const field of unreachable) field.focus = refuse;
    stopWatching = () => {
      stop.abort();
      observer.disconnect();
      for (const field of unreachable) Reflect.deleteProperty(field, 'focus');
      stopWatching = () => {};
    };
    for (const type of ['keydown', 'pointerdown'])
      window.addEventListener(type, () => stopWatching(), options);
    const onFocus = ({ target }: Event) =>
      fields.some((field) => field === target && isReachable(field)) && stopWatching();
    window.addEventListener('focusin', onFocus, options);
    check();
  }

  return {
    close(closed) {
      gate = closed;
      const { content } = closed;
      const view = content.ownerDocument.defaultView ?? window;
      const stop = new window.AbortController();
      const options = { capture: true, signal: stop.signal };
      view.addEventListener('click', onClick, options);
      view.addEventListener('keypress', onKeyPress, options);
      view.addEventListener('invalid', onInvalid, options);
      view.addEventListener('submit', onSubmit, options);
      const forms = new Set([content.closest('form')]);
      for (const part of [content, ...closed.hiddenPortals()]) {
        for (const field of part.querySelectorAll<Field>('*')) forms.add(field.form ?? null);
      }
      const unhook = [...forms].map((form) => form && hook(form, begin));
      stopListening = () => {
        stop.abort();
        for (const undo of unhook) undo?.();
      };
    },
    open() {
      end();
      stopWatching();
      stopListening();
      gate = null;
    },
  };
}

/** Scripts that submit a form, or have its problems reported, tell nobody: what they call is told apart only where it is called. */
function hook(form: HTMLFormElement, onRequest: (form: HTMLFormElement) => void): () => void {
  const undo = (['requestSubmit', 'reportValidity'] as const).map((name) => {
    const current = form[name] as Hooked;
    const gates = current.gates ?? new Set();
    gates.add(onRequest);
    if (!current.gates) {
      const value = Object.assign(
        (...args: never[]) => {
          for (const tell of gates) tell(form);
          return current.apply(form, args);
        },
        { gates },
      );
      // It cannot be defined where a field has that name.
      Reflect.defineProperty(form, name, { value, configurable: true, writable: true });
    }
    return () => {
      gates.delete(onRequest);
      if (!gates.size) Reflect.deleteProperty(form, name);
    };
  });
  return () => {
    for (const step of undo) step();
  };
}

function fieldsOf(form: HTMLFormElement): Field[] {
  // A form has nothing else in it; a fieldset is as valid as its fields.
  return ([...form.elements] as Field[]).filter((field) => !field.matches('fieldset'));
}

/** The content of the closed gate that tells the person of a field: the nearest that is in sight. */
function gateOf(field: Element): Element | null {
  if (field.closest('[data-maintenance-allow]') && !isLost(field)) return null;
  let content = field.closest(closedContent);
  while (content?.parentElement && isLost(content.parentElement)) {
    content = content.parentElement.parentElement?.closest(closedContent) ?? null;
  }
  return content;
}

/** Whether the person can put it right. */
function isReachable(field: Element): boolean {
  return !isLost(field) && !gateOf(field);
}
