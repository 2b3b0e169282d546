const ours = '[data-maintenance-gate],[data-maintenance-banner],[data-maintenance-page]';

/**
 * Leaves the page where it is under the eyes of a person who scrolled on, while what is above them changes. To be called before
 * React changes the page. Only for browsers without scroll anchoring, as WebKit, which also scrolls to a field that has focus when
 * it is shown again or becomes read-only.
 */
export function keepScroll(): void {
  // A DOM that only tests know may have no `CSS`.
  if (!window.scrollY || typeof window.CSS === 'undefined' || window.CSS.supports('overflow-anchor', 'auto'))
    return;
  const anchor = findAnchor();
  if (!anchor) return;
  const { top } = anchor.getBoundingClientRect();
  // React has changed the page by then, and nobody has seen it.
  window.requestAnimationFrame(() => {
    if (anchor.isConnected)
      window.scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: 'instant' });
  });
}

/** The first thing in view that neither changes nor holds what does, and that scrolls with the page. */
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
