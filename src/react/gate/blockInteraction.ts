import type { DOMAttributes, KeyboardEvent, PointerEvent, SyntheticEvent } from 'react';
import {
  callAll,
  changesOnPress,
  elementsWithin,
  hold,
  isControl,
  isHeld,
  isLink,
  isModalDialog,
  isOpaque,
  isTemporal,
  isTextField,
  isVisible,
  listen,
  listenTogether,
  treesWithin,
} from './elements.js';
import { isParked } from './restoreFocus.js';

/** A closed gate whose content is blocked. */
interface ClosedGate {
  readonly content: Element;
  /** Whether people can reach the content. If so, its controls say why they do not react. */
  readonly isReachable: boolean;
  readonly reason: Reason;
  readonly keepsLinks: boolean;
  /** Whether a modal dialog of the content is open. */
  readonly hasModal: () => boolean;
}

/** Blocks the content of a closed gate: nothing in it can be changed or activated. */
export interface InteractionBlock {
  /** For the element around the content, open or closed. React also calls them for portals of the content. */
  readonly handlers: DOMAttributes<HTMLElement>;
  /** Whether a press that began in the content, while the gate was open, has not ended yet. */
  isPressed(): boolean;
  close(gate: ClosedGate): void;
  /** Locks an element in a portal of the content, which cannot be found from the content. */
  lock(element: Element): void;
  release(): void;
}

const guarded =
  'Click AuxClick DoubleClick Submit Input Change Paste Cut Drop DragStart ContextMenu KeyDown KeyPress KeyUp PointerDown PointerUp MouseDown MouseUp TouchStart TouchEnd';

const popups = 'dialog,[role=dialog],[role=alertdialog],[aria-modal=true],[role=menu],[role=listbox]';
const inFront = `${popups},[role=tree],[role=grid]`;
const closable = `${popups},[popover],[aria-expanded=true]`;

/** Creates the block of one gate. Elements with `data-maintenance-allow`, and everything inside them, keep working. */
export function createInteractionBlock(): InteractionBlock {
  let gate: ClosedGate | null = null;
  let locks: ControlLocks | null = null;
  let stopListening = () => {};
  let pressing = false;
  /** Keys and buttons that were pressed while the gate was closed and are not released yet. */
  const refused = new Set<string>();
  const restores = new WeakMap<Element, () => void>();
  /** Elements in portals of the content that had focus. */
  const portals = new WeakSet<EventTarget>();

  function handle(event: SyntheticEvent): void {
    const path = pathOf(event);
    if (event.type === 'focus') noteFocus(event.target as Element);
    else if (!gate) notePress(event);
    else if (!isFree(event, path)) refuse(event, path);
  }

  function noteFocus(element: Element): void {
    portals.add(element);
    if (!gate) return;
    noteValue(element);
    locks?.lock(element);
  }

  function notePress({ type, nativeEvent }: SyntheticEvent): void {
    if (type !== 'pointerdown') return;
    pressing = true;
    const { view } = nativeEvent as globalThis.PointerEvent;
    const stop = listen([view ?? window], 'pointerup pointercancel', (event) => {
      pressing = false;
      stop();
      if (gate && event.type === 'pointerup') cancelDrag(event as globalThis.PointerEvent);
    });
  }

  function isFree(event: SyntheticEvent, path: readonly Element[]): boolean {
    if (event.type === 'keydown' && (event as KeyboardEvent).key === 'Escape') return isEscapeFree(path);
    // Sound that plays can be stopped (WCAG 1.4.2).
    if (isAllowed(path) || path.some((element) => element.matches('audio,video'))) return true;
    const control = path.find(isControl);
    if (control && gate?.keepsLinks && isLink(control)) return true;
    // A press beside a modal dialog or a menu closes it, also for people without a keyboard (WCAG 2.1.2, 2.5.1).
    const isOpenInFront = gate !== null && (gate.hasModal() || hasPopup(path, gate.content));
    if (isOpenInFront && isBesideDialog(event, path)) return true;
    // A press that began before may end. Without its release, a drag would go on with no button pressed.
    return /(up|end)$/.test(event.type) && !refused.delete(nameOfPress(event));
  }

  /** Escape closes dialogs and menus. In a text field without an open popup, many widgets clear the text instead. */
  function isEscapeFree(path: readonly Element[]): boolean {
    const [target] = path;
    return (
      !target?.matches(`input,textarea,[contenteditable],${textRole}`) ||
      gate?.hasModal() === true ||
      path.some((element) => element.matches(closable)) ||
      [...target.ownerDocument.querySelectorAll('[role=tooltip]')].some(isVisible)
    );
  }

  function refuse(event: SyntheticEvent, path: readonly Element[]): void {
    const { type } = event;
    // The path begins outside of a closed shadow root.
    const control = path.find(isControl) ?? path.slice(0, 1).find(isOpaque);
    event.stopPropagation();
    if (/(down|start)$/.test(type)) refused.add(nameOfPress(event));
    if (preventsDefault(event, control)) event.preventDefault();
    if (type === 'pointerdown' && control) noteValue(control);
    // The press took focus from the field. The click, which is prevented here, would have given it back.
    if (type === 'click') path.find(isLabel)?.control?.focus();
    // A slider follows a finger even if its events are prevented. A password manager fills in blocked fields, and may send only one of the two
    // events.
    if (type === 'input' || type === 'change') restores.get(path[0] as Element)?.();
  }

  function noteValue(element: Element): void {
    const restore = rememberValue(element);
    if (restore) restores.set(element, restore);
  }

  /** Whether the path of a native event goes through the content. */
  function isInside(path: readonly EventTarget[]): boolean {
    return path.some((target) => target === gate?.content || portals.has(target));
  }

  /** React has no events for these actions, or sends them too late: undo, the menu of an editor, the wheel, the rest of a drag. */
  function listenTo(content: Element): () => void {
    // Outside of a closed shadow root, its events all have the host as target.
    const targets = new Set([content.ownerDocument.defaultView ?? window, content.getRootNode()]);
    return callAll([
      listenTogether(targets, 'beforeinput', refuseInput),
      listenTogether(targets, 'keydown', refuseUndo),
      listenTogether(targets, 'keydown keypress keyup', refuseKeys),
      listenTogether(targets, 'wheel', refuseStep, { passive: true }),
      listenTogether(targets, 'pointermove mousemove touchmove', (event) => {
        if (pressing) event.stopImmediatePropagation();
      }),
    ]);
  }

  /** Hidden widgets may listen on the document. A person who still types into a field does not mean the shortcuts of the page either. */
  function refuseKeys(event: Event): void {
    const { key, ctrlKey, metaKey, altKey } = event as globalThis.KeyboardEvent;
    if (ctrlKey || metaKey || altKey || /^(Tab|Escape|Control|Meta|Alt)$/.test(key)) return;
    const target = event.composedPath().find(isElement);
    if (target && isParked(target) && gate?.content.parentElement?.contains(target))
      event.stopImmediatePropagation();
  }

  function refuseInput(event: Event): void {
    const path = event.composedPath();
    if (!isInside(path) || isAllowed(path.filter(isElement))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** Number fields and sliders follow the wheel. The page still scrolls. */
  function refuseStep(event: Event): void {
    const path = event.composedPath();
    const elements = path.filter(isElement);
    const control = elements.find(isControl);
    if (!control?.matches('input,[role=spinbutton],[role=slider]')) return;
    if (isInside(path) && !isAllowed(elements)) event.stopImmediatePropagation();
  }

  /** Firefox sends no `beforeinput` for an undo in an editor that has neither focus nor selection. */
  function refuseUndo(event: globalThis.KeyboardEvent): void {
    const { key, ctrlKey, metaKey } = event;
    if (!(ctrlKey || metaKey) || !/^[yz]$/i.test(key)) return;
    const target = event.composedPath().find(isElement);
    if (!target || isTextField(target) || target.closest(editor)) return;
    if (!target.ownerDocument.getSelection()?.rangeCount) event.preventDefault();
  }

  return {
    handlers: Object.fromEntries(
      ['Focus', ...guarded.split(' ')].map((name) => [`on${name}Capture`, handle]),
    ),
    isPressed: () => pressing,
    close(closed) {
      gate = closed;
      locks = createControlLocks(closed);
      for (const element of elementsWithin(closed.content)) noteValue(element);
      if (closed.isReachable) locks.engage(closed.content);
      stopListening = listenTo(closed.content);
    },
    lock(element) {
      portals.add(element);
      locks?.lock(element);
    },
    release() {
      gate = null;
      locks?.release();
      locks = null;
      stopListening();
      refused.clear();
    },
  };
}

/** Ends a drag that began before the gate closed. The release that follows would drop it, or draw a line to where it happened. */
function cancelDrag(release: globalThis.PointerEvent): void {
  const path = release.composedPath();
  if (isAllowed(path.filter(isElement))) return;
  const { pointerId, pointerType, isPrimary } = release;
  path[0]?.dispatchEvent(
    new window.PointerEvent('pointercancel', {
      pointerId,
      pointerType,
      isPrimary,
      bubbles: true,
      composed: true,
    }),
  );
}

function preventsDefault(event: SyntheticEvent, control: Element | undefined): boolean {
  const { type } = event;
  const onPress = control !== undefined && changesOnPress(control);
  if (type === 'keydown') {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    const byKeys = onPress || (control !== undefined && isTemporal(control));
    return key === 'Enter' || key === ' ' || (byKeys && key !== 'Tab' && !ctrlKey && !metaKey);
  }
  if (/^(pointer|mouse)/.test(type)) return onPress;
  // Copying and the browser's own menu keep working. Touch listeners are passive.
  return !/^(key|touch|context)/.test(type);
}

/** Whether a press was beside a dialog, for example on its backdrop. */
function isBesideDialog({ type, nativeEvent }: SyntheticEvent, path: readonly Element[]): boolean {
  if (!/^(pointer|mouse|touch|click)/.test(type)) return false;
  const [target] = path;
  if (target && isModalDialog(target) && nativeEvent instanceof MouseEvent) {
    const { left, right, top, bottom } = target.getBoundingClientRect();
    const { clientX, clientY } = nativeEvent;
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }
  return !path.some(
    (element) =>
      isControl(element) || element.matches(inFront) || element.matches('[data-maintenance-content]'),
  );
}

/** Whether a portal on the path contains a menu or a listbox. Some libraries cover the page behind it. */
function hasPopup(path: readonly Element[], content: Element): boolean {
  return path.some(
    (element) => !element.contains(content) && element.querySelector('[role=menu],[role=listbox]'),
  );
}

/** A name that a press and its release have in common. */
function nameOfPress(event: SyntheticEvent): string {
  const { code, button } = event as KeyboardEvent & PointerEvent;
  return `${event.type.replace(/(down|up|start|end)$/, '')} ${code ?? button ?? ''}`;
}

/** The elements on the path of an event, innermost first, including those in shadow roots. */
function pathOf({ nativeEvent, target }: SyntheticEvent): readonly Element[] {
  const path = nativeEvent.composedPath().filter(isElement);
  // An event that React replays after hydration has no path.
  return path.length ? path : [target as Element];
}

function isElement(target: EventTarget): target is Element {
  return 'closest' in target;
}

function isLabel(element: Element): element is HTMLLabelElement {
  return element.localName === 'label';
}

function isAllowed(path: readonly Element[]): boolean {
  return path.some((element) => element.hasAttribute('data-maintenance-allow'));
}

/** Returns how to restore the value that a control has now. By name: in a frame, elements are of other classes. */
function rememberValue(element: Element): (() => void) | null {
  if (element.matches('select')) {
    const { options } = element as HTMLSelectElement;
    const chosen = [...options].filter(({ selected }) => selected);
    return () => {
      for (const option of options) option.selected = chosen.includes(option);
    };
  }
  if (!element.matches('input,textarea')) return null;
  // A text area has no files.
  const field = element as HTMLInputElement;
  const { value, files } = field;
  return () => {
    // The browser's window for choosing a file may still be open when the gate closes.
    if (files) field.files = files;
    else if (field.value !== value) field.value = value;
  };
}

/** The element that says why controls do not react, if there is one. */
type Reason = Element | null;

/** Attributes that make controls refuse input and say why. */
export interface ControlLocks {
  /** Locks every control inside, and those that are added later. */
  engage(content: Element): void;
  /** Locks one element, if it is a control, an editor or a frame. */
  lock(element: Element): void;
  release(): void;
}

interface LockOptions {
  readonly reason: Reason;
  /** Whether links keep working. */
  readonly keepsLinks: boolean;
}

const describedBy = 'aria-describedby';

type WithEditContext = Element & { editContext?: object | null };

/** Selects the fields that a gate made read-only. React writes `readonly` with an empty value. */
export const madeReadOnly = '[readonly=maintenance]';

const editor = '[contenteditable]:not([contenteditable=false])';
// Roles for typing text that allow `aria-readonly`.
const textRole = '[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton]';

/**
 * Dictation, input methods and extensions write without an event that could be prevented, and the events of a frame stay inside it.
 * Therefore text fields become read-only, which keeps focus, caret and form values, and frames become inert. Other controls say that they
 * are disabled, and stay focusable (WCAG 4.1.2).
 */
export function createControlLocks({ reason, keepsLinks }: LockOptions): ControlLocks {
  const described = new Set<Element>();
  let undo: (() => void)[] = [];

  function set(element: Element, name: string, value: string): void {
    const before = element.getAttribute(name);
    if (before !== value) element.setAttribute(name, value);
    const release = hold(element, name, () => {
      // The app has changed it meanwhile: leave it.
      if (element.getAttribute(name) === value) write(element, name, before);
    });
    undo.push(release);
  }

  /** Adds an attribute that the app has not set. */
  function add(element: Element, name: string, value: string): void {
    if (!element.hasAttribute(name) || isHeld(element, name)) set(element, name, value);
  }

  function lock(element: Element): void {
    if (element.closest('[data-maintenance-allow]')) return;
    const isEditor = element.matches(editor) || isHeld(element, 'contenteditable');
    const hasContext = isHeld(element, 'editContext') || Boolean((element as WithEditContext).editContext);
    if (element.matches('iframe')) set(element, 'inert', '');
    if (!isEditor && !hasContext && !isControl(element)) return;
    if (keepsLinks && isLink(element)) return;
    describe(element);
    if (isTextField(element) && !losesFocusWhenReadOnly(element)) {
      add(element, 'readonly', 'maintenance');
    } else if (isEditor || hasContext) {
      lockEditor(element, isEditor);
    } else if (element.matches(textRole)) {
      set(element, 'aria-readonly', 'true');
    } else if (!element.matches(':disabled')) {
      set(element, 'aria-disabled', 'true');
    }
  }

  function lockEditor(element: WithEditContext, isEditable: boolean): void {
    // Without `tabindex`, an editor that is not editable any more loses focus.
    add(element, 'tabindex', '0');
    if (element.matches(textRole)) set(element, 'aria-readonly', 'true');
    if (isEditable) return set(element, 'contenteditable', 'false');
    const { editContext = null } = element;
    element.editContext = null;
    const release = hold(element, 'editContext', () => {
      element.editContext ??= editContext;
    });
    undo.push(release);
  }

  /** Adds the reason to the description of an element. */
  function describe(element: Element): void {
    if (!reason) return;
    // A modal dialog contains its own reason.
    const note = element.closest('[data-maintenance-explained]');
    if (note && !note.contains(reason)) return;
    // An id can be referenced only within its own tree.
    if (element.getRootNode() !== reason.getRootNode()) {
      if (refersTo(element, reason) || element.hasAttribute('aria-description')) return;
      return set(element, 'aria-description', textOf(reason));
    }
    const { id } = reason;
    const ids = idsOf(element);
    if (!id || ids.includes(id)) return;
    write(element, describedBy, [...ids, id].join(' '));
    if (described.has(element)) return;
    described.add(element);
    undo.push(() => {
      described.delete(element);
      write(
        element,
        describedBy,
        idsOf(element)
          .filter((other) => other !== id)
          .join(' ') || null,
      );
    });
  }

  /** References an element outside of the shadow root. Unlike a copy of its text, a reference stays up to date and keeps the language. */
  function refersTo(element: Element, reason: Element): boolean {
    // Some browsers do not have it, although its type says so.
    if (!('ariaDescribedByElements' in window.Element.prototype)) return false;
    const others = element.ariaDescribedByElements ?? [];
    if (others.includes(reason)) return true;
    const before = element.getAttribute(describedBy);
    const restore = () => write(element, describedBy, before);
    element.ariaDescribedByElements = [...others, reason];
    // The browser leaves out an element of a tree that is not around the shadow root.
    const refers = element.ariaDescribedByElements.includes(reason);
    if (refers) undo.push(restore);
    else restore();
    return refers;
  }

  return {
    lock,
    engage(content) {
      const observer = new window.MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          // A tooltip that opens writes its own description over ours, and takes both away when it closes.
          if (target instanceof window.Element && described.has(target)) describe(target);
          for (const node of addedNodes) if (node instanceof window.Element) lockAll(node);
        }
      });
      const observe = (tree: Node) =>
        observer.observe(tree, { childList: true, subtree: true, attributeFilter: [describedBy] });
      let engaged = true;
      const lockAll = (container: Element) => {
        for (const tree of treesWithin(container)) if (tree !== container) observe(tree);
        for (const element of [container, ...elementsWithin(container)]) {
          lock(element);
          if (element.matches(':not(:defined)')) lockWhenDefined(element);
        }
      };
      /** A custom element that is loaded later gets its shadow root then. */
      const lockWhenDefined = (element: Element) =>
        void window.customElements.whenDefined(element.localName).then(
          () => engaged && lockAll(element),
          // It rejects names that no custom element may have, such as `font-face`. A DOM for tests may call every element undefined.
          () => {},
        );
      lockAll(content);
      observe(content);
      undo.push(() => {
        engaged = false;
        observer.disconnect();
      });
    },
    release() {
      const steps = undo;
      undo = [];
      for (const step of steps.reverse()) step();
    },
  };
}

function write(element: Element, attribute: string, value: string | null): void {
  if (value === null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}

/** What a notice says, line by line. A short one says everything in its name. A DOM that only tests know draws nothing. */
export function textOf(element: Element): string {
  if (element.matches('[data-maintenance-inline]')) return element.getAttribute('aria-label') ?? '';
  const text = (element as Partial<HTMLElement>).innerText ?? element.textContent;
  return text.trim().replace(/\n+/g, '\n');
}

function idsOf(element: Element): string[] {
  return (element.getAttribute(describedBy) ?? '').split(/\s+/).filter(Boolean);
}

/** In Firefox, a date field that is read-only loses focus and leaves the tab order. */
function losesFocusWhenReadOnly(element: Element): boolean {
  return isTemporal(element) && window.CSS.supports('-moz-appearance', 'none');
}
