/**
 * Moves focus without telling the page. Comboboxes and popovers clear or unmount themselves when they hear that focus left them;
 * that a gate took it away is nothing that the person did. Events of the person's own are told as always. Screen readers do not
 * depend on these events.
 */
export function moveFocusQuietly(elements: readonly Element[], move: () => void): void {
  const windows = new Set(elements.map((element) => element.ownerDocument.defaultView ?? window));
  const stop = (event: Event) => event.stopImmediatePropagation();
  for (const view of windows) for (const type of focusEvents) view.addEventListener(type, stop, true);
  try {
    move();
  } finally {
    for (const view of windows) for (const type of focusEvents) view.removeEventListener(type, stop, true);
  }
}

const focusEvents = ['blur', 'focusout', 'focus', 'focusin'] as const;
