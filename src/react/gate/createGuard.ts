import { isModalDialog } from '../isModalDialog.js';
import type { DOMAttributes, KeyboardEvent, PointerEvent, SyntheticEvent } from 'react';
import { changesOnPress, isControl, isLink, isTemporal, isTextField } from './controls.js';
import { createLocks, type Locks, type Reason } from './createLocks.js';
import { elementsWithin } from './elementsWithin.js';

/** A gate that is closed, for its guard. */
export interface ClosedGate {
  readonly content: Element;
  /** Whether the content can be reached, so that its controls have to say why they do not react. */
  readonly inSight: boolean;
  readonly reason: Reason;
  readonly keepsLinks: boolean;
  /** Whether a modal dialog of the content is open. */
  readonly hasModal: () => boolean;
}

/** Keeps content as it is while its gate is closed: nothing in it can be changed or set off. */
export interface Guard {
  /** For the element around the content, open or closed. React calls them for portals of the content, too. */
  readonly handlers: DOMAttributes<HTMLElement>;
  /** Whether a press that began in the content, while it was open, still lasts. */
  isPressed(): boolean;
  close(gate: ClosedGate): void;
  /** Locks something in a portal of the content, which cannot be found from the content. */
  lock(element: Element): void;
  /** Whether it was this that made a field read-only. */
  madeReadOnly(field: Element): boolean;
  open(): void;
}

const guarded =
  'Click AuxClick DoubleClick Submit Reset Input Change Paste Cut Drop DragStart ContextMenu KeyDown KeyUp PointerDown PointerUp MouseDown MouseUp TouchStart TouchEnd';

const inFront =
  'dialog,[role=dialog],[role=alertdialog],[aria-modal=true],[role=menu],[role=listbox],[role=tree],[role=grid]';

/** Makes the guard of one gate. What carries `data-maintenance-allow` stays live, with all inside it. */
export function createGuard(): Guard {
  let gate: ClosedGate | null = null;
  let locks: Locks | null = null;
  let stopListening = () => {};
  let pressing = false;
  /** What was pressed while the gate was closed, and is not released yet. */
  const refused = new Set<string>();
  const restores = new WeakMap<Element, () => void>();
  /** What had focus in portals of the content. */
  const portals = new WeakSet<EventTarget>();

  function handle(event: SyntheticEvent): void {
    const { type } = event;
    const path = pathOf(event);
    if (type === 'focus') noteFocus(event.target as Element);
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
    const end = () => {
      pressing = false;
      view?.removeEventListener('pointerup', end, true);
      view?.removeEventListener('pointercancel', end, true);
    };
    view?.addEventListener('pointerup', end, true);
    view?.addEventListener('pointercancel', end, true);
  }

  function isFree(event: SyntheticEvent, path: readonly Element[]): boolean {
    // The way out of a dialog or a menu.
    if ((event as KeyboardEvent).key === 'Escape') return true;
    // Whoever can hear something can stop it (WCAG 1.4.2).
    if (isAllowed(path) || path.some((element) => element.matches('audio,video'))) return true;
    const control = path.find(isControl);
    if (control && gate?.keepsLinks && isLink(control)) return true;
    // The way out of a modal dialog for those who have no keyboard (WCAG 2.1.2, 2.5.1).
    if (gate?.hasModal() && isBesideDialog(event, path)) return true;
    // What was begun ends: without its release, a drag goes on with no button pressed.
    return /(up|end)$/.test(event.type) && !refused.delete(nameOfPress(event));
  }

  function refuse(event: SyntheticEvent, path: readonly Element[]): void {
    const { type } = event;
    const control = path.find(isControl);
    event.stopPropagation();
    if (/(down|start)$/.test(type)) refused.add(nameOfPress(event));
    if (preventsDefault(event, control)) event.preventDefault();
    if (type === 'pointerdown' && control) noteValue(control);
    // A slider follows a finger whatever is prevented; a password manager fills in what nobody can type into, and need not tell both.
    if (type === 'input' || type === 'change') restores.get(path[0] as Element)?.();
  }

  function noteValue(element: Element): void {
    const restore = rememberValue(element);
    if (restore) restores.set(element, restore);
  }

  /** Whether a native event is about the content. */
  function isInside(path: readonly EventTarget[]): boolean {
    return path.some((target) => target === gate?.content || portals.has(target));
  }

  /** React tells nothing of these: undo, the menu of an editor, the rest of a drag. */
  function listen(content: Element): () => void {
    const stop = new window.AbortController();
    const options = { capture: true, signal: stop.signal };
    // Events in a closed shadow root are not told apart outside of it.
    for (const target of new Set([content.ownerDocument.defaultView ?? window, content.getRootNode()])) {
      target.addEventListener('beforeinput', refuseInput, options);
      target.addEventListener('keydown', refuseUndo, options);
      for (const move of ['pointermove', 'mousemove', 'touchmove']) {
        target.addEventListener(move, (event) => pressing && event.stopImmediatePropagation(), options);
      }
    }
    return () => stop.abort();
  }

  function refuseInput(event: Event): void {
    const path = event.composedPath();
    if (!isInside(path) || isAllowed(path.filter(isElement))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** Firefox tells nothing of an undo in an editor that has neither focus nor selection: it has no `beforeinput`. */
  function refuseUndo(event: Event): void {
    const { key, ctrlKey, metaKey } = event as globalThis.KeyboardEvent;
    if (!(ctrlKey || metaKey) || !/^[yz]$/i.test(key)) return;
    const target = event.composedPath().find(isElement);
    if (!target || isTextField(target) || target.closest('[contenteditable]:not([contenteditable=false])'))
      return;
    if (!target.ownerDocument.getSelection()?.rangeCount) event.preventDefault();
  }

  return {
    handlers: Object.fromEntries(
      ['Focus', ...guarded.split(' ')].map((name) => [`on${name}Capture`, handle]),
    ),
    isPressed: () => pressing,
    close(closed) {
      gate = closed;
      locks = createLocks(closed);
      for (const element of elementsWithin(closed.content)) noteValue(element);
      if (closed.inSight) locks.engage(closed.content);
      stopListening = listen(closed.content);
    },
    lock(element) {
      portals.add(element);
      locks?.lock(element);
    },
    madeReadOnly: (field) => locks?.madeReadOnly(field) ?? false,
    open() {
      gate = null;
      locks?.release();
      locks = null;
      stopListening();
      refused.clear();
    },
  };
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
  // Copying and the browser's own menu go on; listeners for touches are passive.
  return !/^(key|touch|context)/.test(type);
}

/** Whether a press hit what is behind a dialog, as its backdrop. */
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

/** The same for a press and its release. */
function nameOfPress(event: SyntheticEvent): string {
  const { code, button } = event as KeyboardEvent & PointerEvent;
  return `${event.type.replace(/(down|up|start|end)$/, '')} ${code ?? button ?? ''}`;
}

/** The elements that an event is about, from the innermost: in shadow roots, too. */
function pathOf({ nativeEvent, target }: SyntheticEvent): readonly Element[] {
  const path = nativeEvent.composedPath().filter(isElement);
  // React replays what came before it was ready, and then there is none.
  return path.length ? path : [target as Element];
}

function isElement(target: EventTarget): target is Element {
  return 'closest' in target;
}

function isAllowed(path: readonly Element[]): boolean {
  return path.some((element) => element.hasAttribute('data-maintenance-allow'));
}

/** How a control gets back the value that it has now. */
function rememberValue(element: Element): (() => void) | null {
  if (element instanceof window.HTMLSelectElement) {
    const chosen = [...element.options].filter(({ selected }) => selected);
    return () => {
      for (const option of element.options) option.selected = chosen.includes(option);
    };
  }
  if (element instanceof window.HTMLTextAreaElement || element instanceof window.HTMLInputElement) {
    const { value } = element;
    // A script may not choose files, and other kinds do not change theirs.
    if (/^(file|checkbox|radio|button|submit|reset|image)$/.test(element.type)) return null;
    return () => {
      if (element.value !== value) element.value = value;
    };
  }
  return null;
}
