import { closestOf, elementsWithin, lineOf, parentOf } from './flatTree.js';
import { cannotKeepFocus } from './restoreFocus.js';

/** A closed gate that may have form fields. */
export interface ClosedFields {
  readonly content: Element;
  /** The portals of the children that the gate hides. */
  readonly hiddenPortals: () => readonly Element[];
  /** Whether the gate made the field read-only. */
  readonly isMadeReadOnly: (field: Element) => boolean;
}

/** Stops a form from being sent while a field in closed content is not valid. */
export interface FormValidation {
  close(gate: ClosedFields): void;
  open(): void;
}

/** Anything that belongs to a form. A form-associated custom element need not have a property `form`. */
type Field = HTMLElement & { readonly form?: HTMLFormElement | null };
type Hooked = ((...args: never[]) => unknown) & { readonly gates?: Set<(form: HTMLFormElement) => void> };

const allowed = '[data-maintenance-allow]';
const closedContent = '[data-maintenance-gate][data-maintenance-state=closed] > [data-maintenance-content]';

/**
 * Stops the submission of a form that has an invalid field in closed content, and calls `onRefuse`, so that the person is told (WCAG
 * 3.3.1). The browser alone reports nothing for a hidden field, which it cannot focus, and does not check a read-only one. If a field
 * that the person can reach is invalid too, the browser reports that one first. `checkValidity` outside of a submission stops nothing.
 */
export function createFormValidation(onRefuse: () => void): FormValidation {
  let gate: ClosedFields | null = null;
  /** The form that is being submitted. */
  let submitted: HTMLFormElement | null = null;
  let made: readonly Element[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopListening = () => {};
  let stopWatching = () => {};

  function isOwn(field: Element): boolean {
    if (!gate) return false;
    const line = lineOf(field);
    return gateOf(field) === gate.content || gate.hiddenPortals().some((portal) => line.includes(portal));
  }

  /** Removes our `readonly` until the browser and the handlers of the app have checked the form. */
  function begin(form: HTMLFormElement): void {
    end();
    submitted = form;
    // A custom element takes its validity from fields in its shadow root.
    const fields = fieldsOf(form).flatMap((field) => [
      field,
      ...(field.shadowRoot ? elementsWithin(field.shadowRoot) : []),
    ]);
    made = fields.filter((field) => gate?.isMadeReadOnly(field));
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
    // Enter in a field makes the browser click the first submit button.
    const button = (target as Element).closest?.<HTMLButtonElement | HTMLInputElement>('button,input');
    if (button?.form && /^(submit|image)$/.test(button.type)) begin(button.form);
  }

  /** A form without a submit button is submitted by Enter alone. */
  function onKeyPress(event: Event): void {
    const { form } = event.target as Field;
    if ((event as KeyboardEvent).key === 'Enter' && form) begin(form);
  }

  function onInvalid(event: Event): void {
    const field = event.target as Field;
    const fields = submitted ? fieldsOf(submitted) : [];
    if (!fields.includes(field) || !isOwn(field)) return;
    // The browser would focus a field that people cannot change.
    event.preventDefault();
    const invalid = fields.filter((other) => other.matches(':invalid'));
    if (!invalid.some(isReachable) && invalid.find(isOwn) === field) refuse();
  }

  function onSubmit(event: Event): void {
    const form = event.target as HTMLFormElement;
    if (form.method === 'dialog' || closestOf(form, allowed)) return;
    if (!isOwn(form)) return watch(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
  }

  /** A form that validates in JavaScript sets `aria-invalid` or focuses the invalid field, at once or later. */
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
    const unreachable = own.filter((field) => cannotKeepFocus(field) && !Object.hasOwn(field, 'focus'));
    for (const field of unreachable) field.focus = refuse;
    stopWatching = () => {
      stop.abort();
      observer.disconnect();
      for (const field of unreachable) Reflect.deleteProperty(field, 'focus');
      stopWatching = () => {};
    };
    for (const type of ['keydown', 'pointerdown'])
      window.addEventListener(type, () => stopWatching(), options);
    const onFocus = (event: Event) =>
      fields.some((field) => event.composedPath().includes(field) && isReachable(field)) && stopWatching();
    window.addEventListener('focusin', onFocus, options);
    check();
  }

  return {
    close(closed) {
      gate = closed;
      const { content } = closed;
      const stop = new window.AbortController();
      const options = { capture: true, signal: stop.signal };
      const forms: HTMLFormElement[] = [];
      for (const tree of treesOf([content, ...closed.hiddenPortals()])) {
        const target = 'defaultView' in tree ? (tree.defaultView ?? tree) : tree;
        target.addEventListener('click', onClick, options);
        target.addEventListener('keypress', onKeyPress, options);
        target.addEventListener('invalid', onInvalid, options);
        target.addEventListener('submit', onSubmit, options);
        forms.push(...tree.querySelectorAll('form'));
      }
      const unhook = forms
        .filter((form) => form.contains(content) || fieldsOf(form).some(isOwn))
        .map((form) => hook(form, begin));
      stopListening = () => {
        stop.abort();
        for (const undo of unhook) undo();
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

/** `requestSubmit` and `reportValidity` send no event before they validate. So both are wrapped on the form. */
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
      // Fails where a field of the form has that name.
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
  // A fieldset is valid if its fields are.
  return ([...form.elements] as Field[]).filter((field) => !field.matches('fieldset'));
}

/** The content of the nearest visible closed gate around a field. Its notice tells about the field. */
function gateOf(field: Element): Element | null {
  if (closestOf(field, allowed) && !cannotKeepFocus(field)) return null;
  let content = closestOf(field, closedContent);
  for (let root = content?.parentElement; root && cannotKeepFocus(root); root = content?.parentElement) {
    const around = parentOf(root);
    content = around && closestOf(around, closedContent);
  }
  return content;
}

/** Whether the person can correct the field. */
function isReachable(field: Element): boolean {
  return !cannotKeepFocus(field) && !gateOf(field);
}

/** The trees that forms and fields of the parts may be in. A form has the fields of its own tree, and its events do not leave it. */
function treesOf(parts: readonly Element[]): Set<Document | ShadowRoot> {
  const trees = new Set<Document | ShadowRoot>();
  for (const part of parts) {
    trees.add(part.getRootNode() as Document | ShadowRoot);
    if (part.shadowRoot) trees.add(part.shadowRoot);
    elementsWithin(part.shadowRoot ?? part, (root) => trees.add(root));
  }
  return trees;
}
