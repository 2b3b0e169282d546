import { isVisible } from './isVisible.js';
import { isModalDialog } from './isModalDialog.js';
/**
 * The modal dialog that keeps a live region from being heard, if there is one. Many hide the rest of the page with `aria-hidden` or
 * `inert`, and some browsers and screen readers leave out what is outside of `aria-modal` and of an open `<dialog>` (w3c/aria#1854).
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
