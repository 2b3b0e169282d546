import { madeReadOnly } from './blockInteraction.js';
import {
  callAll,
  closestOf,
  elementsWithin,
  lineOf,
  listen,
  listenTogether,
  listOf,
  observe,
  parentOf,
  treesWithin,
} from './elements.js';
import { cannotKeepFocus } from './restoreFocus.js';

/** A closed gate that may have form fields. */
interface ClosedFields {
  readonly content: Element;
  /** The portals of the children that the gate hides. */
  readonly hiddenPortals: () => readonly Element[];
}

/** Stops a form from being sent while a field in closed content is not valid. */
export interface FormValidation {
  close(gate: ClosedFields): void;
  release(): void;
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
    const line = lineOf(field);
    const [content, ...portals] = parts();
    if (content && line.includes(content) && gateOf(field) === content) return true;
    return portals.some((portal) => line.includes(portal));
  }

  function parts(): readonly Element[] {
    return gate ? [gate.content, ...gate.hiddenPortals()] : [];
  }

  /** Removes our `readonly` until the browser and the handlers of the app have checked the form. */
  function begin(form: HTMLFormElement): void {
    end();
    submitted = form;
    // Those in portals that stay visible are in the tree of the form. A custom element takes its validity from fields in its shadow root.
    made = [form.getRootNode() as ParentNode, ...parts()].flatMap((part, index) =>
      index ? elementsWithin(part, madeReadOnly) : [...part.querySelectorAll(madeReadOnly)],
    );
    for (const field of made) field.removeAttribute('readonly');
    timer = setTimeout(end);
  }

  function end(): void {
    clearTimeout(timer);
    submitted = null;
    for (const field of made) field.setAttribute('readonly', 'maintenance');
    made = [];
  }

  function refuse(): void {
    stopWatching();
    onRefuse();
  }

  /** Enter in a field clicks the first submit button. A form without a submit button is submitted by Enter alone. */
  function onRequest({ type, target, key }: KeyboardEvent): void {
    const control = (target as Element).closest?.<HTMLInputElement>('button,input,select,textarea');
    if (!control?.form) return;
    if (type === 'click' ? /^(submit|image)$/.test(control.type) : key === 'Enter') begin(control.form);
  }

  function onInvalid(event: Event): void {
    const field = event.target as Field;
    if (!submitted || !isFieldOf(submitted, field) || !isOwn(field)) return;
    // The browser would focus a field that people cannot change.
    event.preventDefault();
    const invalid = fieldsOf(submitted, ':invalid');
    if (invalid.find(isOwn) === field && !invalid.some(isReachable)) refuse();
  }

  function onSubmit(event: Event): void {
    const form = event.target as HTMLFormElement;
    // Another gate has refused it.
    if (event.cancelBubble || form.method === 'dialog' || closestOf(form, allowed)) return;
    if (!isOwn(form)) return watch(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
  }

  /** A form that validates in JavaScript sets `aria-invalid` or focuses the invalid field, at once or later. */
  function watch(form: HTMLFormElement): void {
    stopWatching();
    const own = parts()
      .flatMap((part) => [part, ...elementsWithin(part)])
      .filter((field): field is Field => isFieldOf(form, field) && isOwn(field));
    if (!own.length) return;
    const check = () => {
      const wrong = fieldsOf(form, '[aria-invalid=true]');
      if (wrong.some(isOwn) && !wrong.some(isReachable)) refuse();
    };
    const unreachable = own.filter((field) => cannotKeepFocus(field) && !Object.hasOwn(field, 'focus'));
    for (const field of unreachable) field.focus = refuse;
    const stop = callAll([
      observe([form.getRootNode()], { attributeFilter: ['aria-invalid'], subtree: true }, check),
      listen([window], 'keydown pointerdown', () => stopWatching()),
      listen([window], 'focusin', (event) => {
        const path = event.composedPath().filter((target) => target instanceof window.Element);
        if (path.some((field) => isFieldOf(form, field) && isReachable(field))) stopWatching();
      }),
    ]);
    stopWatching = () => {
      stop();
      for (const field of unreachable) Reflect.deleteProperty(field, 'focus');
      stopWatching = () => {};
    };
    check();
  }

  return {
    close(closed) {
      gate = closed;
      const trees = treesOf(parts());
      const targets = trees.map((tree) => ('defaultView' in tree ? (tree.defaultView ?? tree) : tree));
      stopListening = callAll([
        listenTogether(targets, 'click keypress', onRequest),
        listenTogether(targets, 'invalid', onInvalid),
        listenTogether(targets, 'submit', onSubmit),
        ...[...new Set(parts().flatMap(formsOf))].map((form) => hook(form, begin)),
      ]);
    },
    release() {
      end();
      stopWatching();
      stopListening();
      gate = null;
    },
  };
}

/** `requestSubmit` and `reportValidity` send no event before they validate. So both are wrapped on the form. */
function hook(form: HTMLFormElement, onRequest: (form: HTMLFormElement) => void): () => void {
  const unhook = (['requestSubmit', 'reportValidity'] as const).map((name) => {
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
  return callAll(unhook);
}

/** The fields of a form that match, in order. A page may have thousands of fields, and as many gates ask for them. */
function fieldsOf(form: HTMLFormElement, selector: string): Element[] {
  const tree = form.getRootNode() as Document | ShadowRoot;
  return [...tree.querySelectorAll(selector)].filter((element) => isFieldOf(form, element));
}

/** Whether the element belongs to the form. A fieldset is valid if its fields are. */
function isFieldOf(form: HTMLFormElement, element: Element): boolean {
  if (element.localName.includes('-')) return listOf(form, 'elements').includes(element);
  return element.matches('button,input,object,output,select,textarea') && (element as Field).form === form;
}

/** The forms around an element, in it, and those that fields in it name. */
function formsOf(part: Element): HTMLFormElement[] {
  const named = elementsWithin(part, '[form]').map((field) =>
    (field.getRootNode() as Document | ShadowRoot).getElementById(field.getAttribute('form') ?? ''),
  );
  return [...lineOf(part), ...elementsWithin(part, 'form'), ...named].filter(
    (element): element is HTMLFormElement => element?.localName === 'form',
  );
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

/** The trees that may have forms or fields of these parts. The fields and the events of a form stay in its own tree. */
function treesOf(parts: readonly Element[]): (Document | ShadowRoot)[] {
  const trees = parts.flatMap((part) => [part.getRootNode(), ...treesWithin(part).slice(1)]);
  return [...new Set(trees)] as (Document | ShadowRoot)[];
}
