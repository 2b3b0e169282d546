/** Where a person is: the element that has focus, and what is selected. */
export interface PersonPlace {
  readonly element: HTMLElement;
  readonly selection: readonly [anchor: Node, anchorOffset: number, focus: Node, focusOffset: number] | null;
  /** The selection of a text control, which is its own affair. */
  readonly caret: Parameters<HTMLInputElement['setSelectionRange']> | null;
}

/** To be called before React changes the page: afterwards, focus may be gone. */
export function rememberPlace(element: HTMLElement): PersonPlace {
  const selection = getSelection();
  const { anchorNode, anchorOffset = 0, focusNode, focusOffset = 0 } = selection ?? {};
  // Whatever else it may be has none of these.
  const { selectionStart = null, selectionEnd, selectionDirection } = element as HTMLInputElement;
  return {
    element,
    selection:
      anchorNode && focusNode && element.contains(anchorNode)
        ? [anchorNode, anchorOffset, focusNode, focusOffset]
        : null,
    caret: selectionStart === null ? null : [selectionStart, selectionEnd, selectionDirection ?? undefined],
  };
}

/**
 * Takes the selection out of what has lost focus: WebKit lets people who type on delete the text of an editor that is not there any
 * more.
 */
export function leave({ selection }: PersonPlace): void {
  if (selection) getSelection()?.removeAllRanges();
}

/** Whether an element cannot keep focus, though it may seem to have it for another frame. */
export function isLost(element: Element): boolean {
  return (
    !element.isConnected ||
    element.closest('[hidden],[inert],dialog:not([open])') !== null ||
    // Not everywhere: Safari has it since 17.4.
    element.checkVisibility?.() === false
  );
}

/** Gives focus and selection back. False when the element cannot take them. */
export function returnTo({ element, selection, caret }: PersonPlace): boolean {
  if (isLost(element)) return false;
  // WebKit scrolls after all to what has no place yet.
  element.getBoundingClientRect();
  element.focus({ preventScroll: true });
  // Nothing but a text control has one.
  if (caret) putCaret(element as HTMLInputElement, caret);
  else if (selection?.[0].isConnected && selection[2].isConnected)
    getSelection()?.setBaseAndExtent(...selection);
  // Not :focus, which a frame does not match.
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
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

/** Gives focus to an element that is no stop of the keyboard otherwise; `label` names one that has no name. */
export function settleOn(element: HTMLElement, label?: string): void {
  const added = Object.entries({
    tabindex: '-1',
    ...(label !== undefined && { role: 'group', 'aria-label': label }),
  }).filter(([name]) => !element.hasAttribute(name));
  for (const [name, value] of added) element.setAttribute(name, value);
  element.focus({ preventScroll: true });
  element.addEventListener(
    'blur',
    () => {
      for (const [name] of added) element.removeAttribute(name);
    },
    { once: true },
  );
}
