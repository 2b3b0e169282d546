import { isVisible } from '../isVisible.js';
import { isControl } from './controls.js';
import { moveFocusQuietly } from './moveFocus.js';

/** Where a person is: what has focus, and what is selected in it. */
export interface PersonPlace {
  /** What has focus, as the document of the gate tells it: maybe a frame, or an element with a shadow root. */
  readonly element: HTMLElement;
  /** What has focus inside of that. The element itself, if nothing has. */
  readonly inner: HTMLElement;
  readonly selection: readonly [anchor: Node, anchorOffset: number, focus: Node, focusOffset: number] | null;
  /** The selection of a text control, which is its own affair. */
  readonly caret: Parameters<HTMLInputElement['setSelectionRange']> | null;
}

/** To be called before React changes the page: afterwards, focus may be gone. */
export function rememberPlace(element: HTMLElement): PersonPlace {
  const inner = innermostActive(element);
  const { anchorNode, anchorOffset = 0, focusNode, focusOffset = 0 } = selectionAt(inner) ?? {};
  // Whatever else it may be has none of these.
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

/** What has focus in the tree of a node: in its shadow root, if it is in one. */
export function activeElementAt(node: Node): HTMLElement | null {
  // Whatever has focus has the methods of an HTML element.
  return (node.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
}

/** Follows focus into shadow roots and frames, as far as they are open to us. */
function innermostActive(element: HTMLElement): HTMLElement {
  const { shadowRoot, contentDocument } = element as HTMLElement & { contentDocument?: Document | null };
  const within = (shadowRoot ?? contentDocument)?.activeElement;
  return within ? innermostActive(within as HTMLElement) : element;
}

/** Only Chromium has a selection for each shadow root; elsewhere that of the document reaches into them. */
function selectionAt(element: Element): Selection | null {
  const root = element.getRootNode() as Document | (ShadowRoot & { getSelection?: () => Selection | null });
  return root.getSelection?.() ?? element.ownerDocument.getSelection();
}

/**
 * Takes the selection out of what has lost focus: WebKit lets people who type on delete the text of an editor that is not there any
 * more.
 */
export function leave({ inner, selection }: PersonPlace): void {
  if (selection) selectionAt(inner)?.removeAllRanges();
}

/** Whether an element cannot keep focus, though it may seem to have it for another frame. */
export function isLost(element: Element): boolean {
  return (
    !element.isConnected ||
    element.closest('[hidden],[inert],dialog:not([open])') !== null ||
    !isVisible(element)
  );
}

/**
 * Gives focus and selection back, as far as they can be. False when the element cannot take focus. Never throws: what changed in the
 * meantime is left alone.
 */
export function returnTo(place: PersonPlace): boolean {
  const { element, inner } = place;
  if (isLost(element)) return false;
  try {
    moveFocusQuietly([element, inner], () => {
      // WebKit scrolls after all to what has no place yet.
      element.getBoundingClientRect();
      element.focus({ preventScroll: true });
      if (innermostActive(element) !== inner) inner.focus({ preventScroll: true });
    });
    select(place);
  } catch {
    // An element may have a `focus` of its own, and lose what was selected in it between two lines of ours.
  }
  // Not :focus, which a frame does not match.
  return activeElementAt(element) === element;
}

function select({ inner, selection, caret }: PersonPlace): void {
  // Nothing but a text control has one.
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

/** The length of a node, as the DOM standard has it: an offset beyond it is an error. */
function lengthOf(node: Node): number {
  return 'length' in node ? (node as CharacterData).length : node.childNodes.length;
}

/**
 * Most browsers have kept it, and what is set anew is spoken anew. WebKit has not in a dialog that is shown again. A field whose
 * type is another by now may have none.
 */
function putCaret(element: HTMLInputElement, caret: NonNullable<PersonPlace['caret']>): void {
  const [start, end] = caret;
  const { selectionStart, selectionEnd } = element;
  if (selectionStart === null || (selectionStart === start && selectionEnd === end)) return;
  element.setSelectionRange(...caret);
}

/**
 * Gives focus to an element that is no stop of the keyboard otherwise; `label` names one that has no name. False when it cannot take
 * focus.
 */
export function settleOn(element: HTMLElement, label?: string): boolean {
  const added = Object.entries({
    tabindex: '-1',
    'data-maintenance-parked': '',
    ...(label !== undefined && { role: 'group', 'aria-label': label }),
  }).filter(([name]) => !element.hasAttribute(name));
  for (const [name, value] of added) element.setAttribute(name, value);
  const view = element.ownerDocument.defaultView ?? window;
  const clear = (event?: Event) => {
    if (event && event.composedPath()[0] !== element) return;
    for (const [name] of added) element.removeAttribute(name);
    view.removeEventListener('blur', clear, true);
  };
  // On the window, and before focus moves: what we move quietly gets no further.
  view.addEventListener('blur', clear, true);
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

/** Whether focus is on no element at all. */
export function isNowhere(active: Element | null): boolean {
  return !active || active === active.ownerDocument.body || active === active.ownerDocument.documentElement;
}

/** Whether an element has focus only because a gate, a banner or a page put it there, by `settleOn`. */
export function isParked(active: Element): boolean {
  return active.hasAttribute('data-maintenance-parked');
}

/** Focuses the first element inside that can be focused and is no control: an open gate may have no box, and such elements cannot. */
export function settleInside(container: Element): boolean {
  const elements = [...container.querySelectorAll<HTMLElement>('*')];
  return elements.some(
    (element) => !isControl(element) && element.tabIndex < 0 && !isLost(element) && settleOn(element),
  );
}

/**
 * Puts a person whose place has left the page near it: on the nearest of its ancestors that can be focused or is a landmark, else on
 * the page's heading. Never leaves them on `<body>` where there is anything else (WCAG 2.4.3).
 */
export function settleNear(ancestors: readonly Element[]): void {
  const stops = '[tabindex],dialog,main,[role=main],[role=dialog],[role=region],section[aria-label]';
  const { document } = window;
  const left = ancestors.filter((element) => element.isConnected && element !== document.documentElement);
  const near = left.filter((element) => element.matches(stops));
  const parts = document.querySelectorAll('h1,main,[role=main]');
  for (const element of [...near, ...parts, ...left]) {
    if (element !== document.body && !isLost(element) && settleOn(element as HTMLElement)) return;
  }
}
