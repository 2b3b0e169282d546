import { isVisible } from './isVisible.js';

/** Whether the element is a `<dialog>` that was opened with `showModal`. */
export function isModalDialog(element: Element): element is HTMLDialogElement {
  try {
    return element.localName === 'dialog' && element.matches(':modal');
  } catch {
    // jsdom may not know `:modal`. It has no modal dialogs.
    return false;
  }
}

/**
 * The modal dialog that keeps screen readers from announcing a live region, if there is one. Many dialogs hide the rest of the page with
 * `aria-hidden` or `inert`. Some browsers and screen readers ignore everything outside of `aria-modal` and of a modal `<dialog>`
 * (w3c/aria#1854).
 */
export function modalOver(region: Element): Element | null {
  const { ownerDocument } = region;
  const outOfReach = '[aria-hidden=true],[inert]';
  const isHidden = region.closest(outOfReach) !== null;
  const found = ownerDocument.querySelectorAll(
    'dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]',
  );
  const modals = [...found].filter(
    (element) =>
      !element.contains(region) &&
      !element.closest(outOfReach) &&
      isVisible(element) &&
      (isHidden || element.getAttribute('aria-modal') === 'true' || isModalDialog(element)),
  );
  return modals.find((element) => element.contains(ownerDocument.activeElement)) ?? modals.at(-1) ?? null;
}
