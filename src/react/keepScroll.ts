const ours = '[data-maintenance-gate],[data-maintenance-banner],[data-maintenance-page]';

/**
 * Keeps the visible part of the page in place while something above it changes. Call it before React changes the page. It does something
 * only in browsers without scroll anchoring, such as WebKit, which also scrolls to a focused field when the field is shown again or
 * becomes read-only.
 */
export function keepScroll(): void {
  // jsdom has no `CSS`.
  if (!window.scrollY || typeof window.CSS === 'undefined' || window.CSS.supports('overflow-anchor', 'auto'))
    return;
  const anchor = findAnchor();
  if (!anchor) return;
  const { top } = anchor.getBoundingClientRect();
  // React has changed the page by then, and the browser has not painted it yet.
  window.requestAnimationFrame(() => {
    if (anchor.isConnected)
      window.scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: 'instant' });
  });
}

/** The first visible element that scrolls with the page and is neither in nor around a gate, a banner or a page. */
function findAnchor(): Element | undefined {
  for (let part = 0; part < 10; part += 1) {
    const element = document.elementFromPoint(window.innerWidth / 2, (window.innerHeight * part) / 10);
    if (element && !element.closest(ours) && !element.querySelector(ours) && scrolls(element)) return element;
  }
  return undefined;
}

function scrolls(element: Element): boolean {
  for (let place: Element | null = element; place; place = place.parentElement) {
    if (/fixed|sticky/.test(window.getComputedStyle(place).position)) return false;
  }
  return true;
}
