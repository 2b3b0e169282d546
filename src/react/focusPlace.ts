/**
 * Focuses an element, also one that is not there to be focused by hand, as a heading: it leaves no trace once the focus goes on.
 * The page does not scroll. False when the element cannot have it: it is gone, hidden or disabled.
 */
export function focusPlace(place: Element | null | undefined): boolean {
  if (!(place instanceof HTMLElement)) return false;
  const focus = () => {
    place.focus({ preventScroll: true });
    return document.activeElement === place;
  };
  if (focus()) return true;
  if (place.hasAttribute('tabindex')) return false;
  const restore = () => place.removeAttribute('tabindex');
  place.addEventListener('blur', restore, { once: true });
  place.tabIndex = -1;
  if (focus()) return true;
  restore();
  return false;
}

/** Gives a focus that was lost to the page's heading or main part, if `before` cannot have it: it must not end on the body. */
export function repairFocus(before: Element | null): void {
  const { activeElement, body } = document;
  if (activeElement && activeElement !== body) return;
  const parts = ['h1', 'main', '[role="main"]'].flatMap((part) => [...document.querySelectorAll(part)]);
  [before === body ? null : before, ...parts].some(focusPlace);
}
