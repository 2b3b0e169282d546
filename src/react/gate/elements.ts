// What several steps of a gate need to know about elements.

/** Whether the browser renders an element. True in browsers that cannot tell, such as Safari before 17.4. */
export function isVisible(element: Element): boolean {
  return element.checkVisibility?.({ visibilityProperty: true }) !== false;
}

export function styleOf(element: Element): CSSStyleDeclaration {
  return window.getComputedStyle(element);
}

/** Selects open dialogs. Not all of them are modal. */
export const openDialogs = 'dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]';

/** Selects what people with assistive technology cannot reach. */
export const outOfReach = '[aria-hidden=true],[inert]';

/** Whether the element is a `<dialog>` that was opened with `showModal`. */
export function isModalDialog(element: Element): element is HTMLDialogElement {
  try {
    return element.localName === 'dialog' && element.matches(':modal');
  } catch {
    // jsdom may not know `:modal`. It has no modal dialogs.
    return false;
  }
}

/** Whether an open dialog is modal. */
export function isModal(dialog: Element): boolean {
  return dialog.getAttribute('aria-modal') === 'true' || isModalDialog(dialog);
}

const roles = select(
  'role',
  'button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox treeitem',
);
const nonText = select('type', 'button checkbox color file hidden image radio range reset submit');
const temporal = select('type', 'date time datetime-local month week');

function select(attribute: string, values: string): string {
  return `:is(${values.replace(/[\w-]+/g, `[${attribute}=$&]`).replaceAll(' ', ',')})`;
}

/** Whether a person can change or activate the element. */
export function isControl(element: Element): boolean {
  return element.matches(`button,input,select,textarea,summary,a[href],area[href],${roles}`);
}

/** Whether the element only navigates. An anchor without a target, or with another role, does not count. */
export function isLink(element: Element): boolean {
  return element.matches(
    ':is(a,area)[href]:not([role]:not([role=link]),[href="#"],[href=""],[href^="javascript:" i])',
  );
}

/** Whether people type text into the element, so that it can be read-only. */
export function isTextField(element: Element): boolean {
  return element.matches(`textarea,input:not(${nonText})`);
}

/**
 * Whether the element needs a whole notice, which says that typed text is kept, or that a form was not sent. A custom element without an
 * open shadow root may contain such a field.
 */
export function isFieldToExplain(element: Element): boolean {
  const { form } = element as Partial<HTMLInputElement>;
  const isField =
    form && element.matches('select,input:not([type=button],[type=submit],[type=reset],[type=image])');
  return Boolean(
    isField || (element as HTMLElement).isContentEditable || isTextField(element) || isOpaque(element),
  );
}

/** Whether it is a date or time field, whose parts react to single keys. */
export function isTemporal(element: Element): boolean {
  return element.matches(`input${temporal}`);
}

/** Whether the element changes on press, before the click. */
export function changesOnPress(element: Element): boolean {
  return element.matches('select,[type=range]') || isOpaque(element);
}

/** Whether it is a custom element whose content cannot be reached. It may contain any control. */
export function isOpaque(element: Element): boolean {
  return element.localName.includes('-') && !element.shadowRoot;
}

/** The element and everything around it, as the browser draws it: a shadow root is in its host, and slotted content is in its slot. */
export function lineOf(element: Element): Element[] {
  const line: Element[] = [];
  for (let at: Element | null = element; at; at = parentOf(at)) line.push(at);
  return line;
}

/** The element that lays out another one, if that has a box. */
export function parentOf(element: Element): Element | null {
  return (
    element.assignedSlot ??
    element.parentElement ??
    (element.getRootNode() as Partial<ShadowRoot>).host ??
    null
  );
}

/** As `closest`, through shadow roots. */
export function closestOf(element: Element, selector: string): Element | null {
  return lineOf(element).find((around) => around.matches(selector)) ?? null;
}

/** The container, and every open shadow root inside. With `frames`, also the documents of frames of the same origin. */
export function treesWithin(container: ParentNode, frames = false): ParentNode[] {
  const trees = [container];
  // The loop also visits the trees that are added to the list during the loop. Plain loops: a gate may contain thousands of elements.
  for (const tree of trees) {
    for (const host of [tree, ...tree.querySelectorAll('*')] as readonly Partial<HTMLIFrameElement>[]) {
      if (host.shadowRoot) trees.push(host.shadowRoot);
      if (frames && host.contentDocument) trees.push(host.contentDocument);
    }
  }
  return trees;
}

/** The elements in a collection of an element. In a form, a field with the same name hides it, such as one for the number of `children`. */
export function listOf(element: Element, name: 'children' | 'elements'): Element[] {
  const { prototype } = name === 'children' ? window.Element : window.HTMLFormElement;
  return [...(Reflect.get(prototype, name, element) as HTMLCollection)];
}

/** All elements inside that match the selector, including those in open shadow roots. */
export function elementsWithin(container: ParentNode, selector = '*'): Element[] {
  return treesWithin(container).flatMap((tree) => [...tree.querySelectorAll(selector)]);
}

/** Listens to events on their way down to their target. Returns how to stop. */
export function listen<E extends Event>(
  targets: Iterable<EventTarget>,
  types: string,
  onEvent: (event: E) => void,
  options?: AddEventListenerOptions,
): () => void {
  const stop = new window.AbortController();
  for (const target of targets) {
    for (const type of types.split(' ')) {
      // The types name the class of the event.
      target.addEventListener(type, onEvent as EventListener, {
        capture: true,
        signal: stop.signal,
        ...options,
      });
    }
  }
  return () => stop.abort();
}

const together: unique symbol = Symbol('maintenance listeners');
/** Removes the listener of the browser when it has no callbacks. */
type Together = Set<(event: Event) => void> & { readonly stop: () => void };
type Listened = EventTarget & { [together]?: Partial<Record<string, Together>> };

/** As `listen`, for what every gate listens to: all gates of a page have one listener of the browser together. */
export function listenTogether<E extends Event>(
  targets: Iterable<Listened>,
  types: string,
  onEvent: (event: E) => void,
  options?: AddEventListenerOptions,
): () => void {
  // The types name the class of the event.
  const callback = onEvent as (event: Event) => void;
  const steps = [...targets].flatMap((target) =>
    types.split(' ').map((type) => {
      const name = type + JSON.stringify(options);
      const all = (target[together] ??= {});
      const callbacks = (all[name] ??= startTogether(target, type, options));
      callbacks.add(callback);
      return () => {
        if (!callbacks.delete(callback) || callbacks.size) return;
        callbacks.stop();
        Reflect.deleteProperty(all, name);
      };
    }),
  );
  return callAll(steps);
}

function startTogether(target: EventTarget, type: string, options?: AddEventListenerOptions): Together {
  const callbacks = new Set<(event: Event) => void>();
  const stop = listen([target], type, (event) => callbacks.forEach((callback) => callback(event)), options);
  return Object.assign(callbacks, { stop });
}

const held: unique symbol = Symbol('maintenance holds');
type Held = Element & { [held]?: Map<string, { count: number; readonly undo: () => void }> };

/**
 * Notes that a gate has changed something of an element. A gate may be in another one, and both change the same: only the `undo` of
 * the first is called, when the last is released. Returns how to release it.
 */
export function hold(element: Held, what: string, undo: () => void): () => void {
  const holds = (element[held] ??= new Map());
  const entry = holds.get(what) ?? { count: 0, undo };
  holds.set(what, entry);
  entry.count += 1;
  return () => {
    entry.count -= 1;
    if (entry.count) return;
    holds.delete(what);
    entry.undo();
  };
}

export function isHeld(element: Held, what: string): boolean {
  return element[held]?.has(what) ?? false;
}

/** Calls back after changes of the nodes. Returns how to stop. */
export function observe(
  nodes: Iterable<Node>,
  options: MutationObserverInit,
  onChange: (records: readonly MutationRecord[]) => void,
): () => void {
  const observer = new window.MutationObserver(onChange);
  for (const node of nodes) observer.observe(node, options);
  return () => observer.disconnect();
}

/** Adds the attributes that an element does not have. Returns how to remove them. */
export function addAttributes(element: Element, attributes: Readonly<Record<string, string>>): () => void {
  const added = Object.entries(attributes).filter(([name]) => !element.hasAttribute(name));
  for (const [name, value] of added) element.setAttribute(name, value);
  return () => {
    for (const [name] of added) element.removeAttribute(name);
  };
}

/** Returns a function that calls all of these. */
export function callAll(steps: readonly (() => void)[]): () => void {
  return () => {
    for (const step of steps) step();
  };
}
