/** Whether this is a `<dialog>` that is open as a modal one. */
export function isModalDialog(element: Element): element is HTMLDialogElement {
  try {
    return element.localName === 'dialog' && element.matches(':modal');
  } catch {
    // The selectors of a DOM for tests may not know it, and such a DOM has no modal dialogs.
    return false;
  }
}
