import { addAttributes, closestOf, isControl, isVisible, listen } from './elements.js';

/** The element that has focus, and the selection in it. */
export interface FocusPlace {
  /** The element that has focus in the document of the gate. It may be a frame, or an element with a shadow root. */
  readonly element: HTMLElement;
  /** The element that has focus inside of that one, or that one itself. */
  readonly inner: HTMLElement;
  readonly selection: readonly [anchor: Node, anchorOffset: number, focus: Node, focusOffset: number] | null;
  /** The selection in a text control, which is not part of the selection of the document. */
  readonly caret: Parameters<HTMLInputElement['setSelectionRange']> | null;
}

/** Call it before React changes the page. Afterwards focus may be lost. */
export function rememberFocus(element: HTMLElement): FocusPlace {
  const inner = innermostActive(element);
  const { anchorNode, anchorOffset = 0, focusNode, focusOffset = 0 } = selectionAt(inner) ?? {};
  // Other elements do not have these properties.
  const { selectionStart = null, selectionEnd, selectionDirection } = inner as HTMLInputElement;
  return {
    element,
    inner,
    selection:
      anchorNode && focusNode && inner.contains(anchorNode)
        ? [anchorNode, anchorOffset, focusNode, focusOffset]
        : null,
    caret: selectionStart === null ? null : [selectionStart, selectionEnd, selectionDirection ?? undefined],
  };
}

/** The element that has focus in the tree of a node: its document or its shadow root. */
export function activeElementAt(node: Node): HTMLElement | null {
  // Every focusable element has the methods of an HTML element.
  return (node.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
}

/** Follows focus into open shadow roots and frames of the same origin. */
function innermostActive(element: HTMLElement): HTMLElement {
  const { shadowRoot, contentDocument } = element as HTMLElement & { contentDocument?: Document | null };
  const within = (shadowRoot ?? contentDocument)?.activeElement;
  return within ? innermostActive(within as HTMLElement) : element;
}

/** Chromium has a selection for each shadow root. In other browsers the selection of the document reaches into them. */
function selectionAt(element: Element): Selection | null {
  const root = element.getRootNode() as Document | (ShadowRoot & { getSelection?: () => Selection | null });
  return root.getSelection?.() ?? element.ownerDocument.getSelection();
}

/**
 * Clears the selection in an element that lost focus. In WebKit, typing would otherwise replace the selected text of a hidden editor.
 */
export function clearSelection({ inner, selection }: FocusPlace): void {
  if (selection) selectionAt(inner)?.removeAllRanges();
}

/** Whether an element is hidden, inert or removed. It may still seem to have focus for another frame. */
export function cannotKeepFocus(element: Element): boolean {
  return (
    !element.isConnected ||
    closestOf(element, '[hidden],[inert],dialog:not([open])') !== null ||
    !isVisible(element)
  );
}

/**
 * Restores focus and selection as far as possible. Returns false if the element cannot take focus. Never throws: what has changed
 * meanwhile is left alone.
 */
export function restoreFocus(place: FocusPlace): boolean {
  const { element, inner } = place;
  if (cannotKeepFocus(element)) return false;
  try {
    moveFocusQuietly([element, inner], () => {
      // WebKit ignores `preventScroll` unless the layout was read before.
      element.getBoundingClientRect();
      // Focus was parked on it. A blur removes the attributes of that.
      if (isParked(element)) element.blur();
      element.focus({ preventScroll: true });
      if (innermostActive(element) !== inner) inner.focus({ preventScroll: true });
    });
    select(place);
  } catch {
    // An element may override `focus`, and its listeners may remove the selected nodes.
  }
  // A frame never matches `:focus`.
  return activeElementAt(element) === element;
}

function select({ inner, selection, caret }: FocusPlace): void {
  // Only text controls have a caret.
  if (caret) return putCaret(inner as HTMLInputElement, caret);
  if (!selection) return;
  const [anchor, anchorOffset, focus, focusOffset] = selection;
  if (!inner.contains(anchor) || !inner.contains(focus)) return;
  selectionAt(inner)?.setBaseAndExtent(
    anchor,
    Math.min(anchorOffset, lengthOf(anchor)),
    focus,
    Math.min(focusOffset, lengthOf(focus)),
  );
}

/** The length of a node as the DOM standard defines it. A larger offset throws. */
function lengthOf(node: Node): number {
  return 'length' in node ? (node as CharacterData).length : node.childNodes.length;
}

/**
 * Restores the caret if the browser has not kept it, as WebKit in a dialog that is shown again. Screen readers announce a caret that is
 * set. A field whose type has changed may not support one.
 */
function putCaret(element: HTMLInputElement, caret: NonNullable<FocusPlace['caret']>): void {
  const [start, end] = caret;
  const { selectionStart, selectionEnd } = element;
  if (selectionStart === null || (selectionStart === start && selectionEnd === end)) return;
  element.setSelectionRange(...caret);
}

/**
 * Focuses an element that is not normally focusable. `label` is its name if it has none. Returns false if the element cannot take focus.
 */
export function placeFocus(element: HTMLElement, label?: string): boolean {
  const removeAttributes = addAttributes(element, {
    tabindex: '-1',
    'data-maintenance-parked': '',
    ...(label !== undefined && { role: 'group', 'aria-label': label }),
  });
  const view = element.ownerDocument.defaultView ?? window;
  const clear = () => {
    removeAttributes();
    stop();
  };
  // On the window, and added first: `moveFocusQuietly` stops these events for all later listeners.
  const stop = listen([view], 'blur', (event) => {
    if (event.composedPath()[0] === element) clear();
  });
  const active = activeElementAt(element);
  moveFocusQuietly(active ? [element, innermostActive(active)] : [element], () =>
    element.focus({ preventScroll: true }),
  );
  const settled = activeElementAt(element) === element;
  if (!settled) clear();
  return settled;
}

/** Whether an element that has focus can keep it. */
export function canKeepFocus(element: HTMLElement): boolean {
  return (
    !element.matches(':disabled') &&
    (element.tabIndex >= 0 || element.hasAttribute('tabindex') || element.isContentEditable)
  );
}

/** Whether no element has focus. */
export function hasNoFocus(active: Element | null): boolean {
  return !active || active === active.ownerDocument.body || active === active.ownerDocument.documentElement;
}

/** Whether the element was focused by `placeFocus`, and not by a person. */
export function isParked(active: Element): boolean {
  return active.hasAttribute('data-maintenance-parked');
}

/** Focuses the first element inside that is not a control. An open gate without a box cannot be focused itself. */
export function placeFocusInside(container: Element): boolean {
  const elements = [...container.querySelectorAll<HTMLElement>('*')];
  return elements.some(
    (element) =>
      !isControl(element) && element.tabIndex < 0 && !cannotKeepFocus(element) && placeFocus(element),
  );
}

/**
 * Moves focus near a place that has left the page: to the nearest ancestor that is focusable or a landmark, else to the heading of the
 * page. Focus must not end on `<body>` (WCAG 2.4.3).
 */
export function placeFocusNear(ancestors: readonly Element[]): void {
  const stops = '[tabindex],dialog,main,[role=main],[role=dialog],[role=region],section[aria-label]';
  const { document } = window;
  const left = ancestors.filter((element) => element.isConnected && element !== document.documentElement);
  const near = left.filter((element) => element.matches(stops));
  const parts = ['h1', 'main,[role=main]'].flatMap((part) => [...document.querySelectorAll(part)]);
  for (const element of [...near, ...parts, ...left]) {
    if (element !== document.body && !cannotKeepFocus(element) && placeFocus(element as HTMLElement)) return;
  }
}

/**
 * Moves focus without events. Comboboxes and popovers clear or unmount themselves when they get a blur event, and here it is the gate
 * that moves focus, not the person. Screen readers do not depend on these events.
 */
function moveFocusQuietly(elements: readonly Element[], move: () => void): void {
  const windows = new Set(elements.map((element) => element.ownerDocument.defaultView ?? window));
  const stop = listen(windows, 'blur focusout focus focusin', (event) => event.stopImmediatePropagation());
  try {
    move();
  } finally {
    stop();
  }
}

/**
 * Scrolls an element that took focus out from behind a sticky notice (WCAG 2.4.11). WebKit ignores `scroll-margin` when a person tabs.
 */
export function scrollFromBehind(focused: Element, notice: Element | null): void {
  if (!notice) return;
  // The browser scrolls after the focus event.
  window.requestAnimationFrame(() => {
    const front = notice.getBoundingClientRect();
    const { top, bottom } = focused.getBoundingClientRect();
    if (bottom > front.top && top < front.bottom) focused.scrollIntoView({ block: 'nearest' });
  });
}
