/** The element and everything around it, as the browser draws it: from a shadow root to its host, from what fills a slot to the slot. */
export function lineOf(element: Element): Element[] {
  const line: Element[] = [];
  for (let at: Element | null = element; at; at = parentOf(at)) line.push(at);
  return line;
}

/** The element that lays out another one, if that has a box. */
export function parentOf(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? hostOf(element);
}

/** As `closest`, through shadow roots. */
export function closestOf(element: Element, selector: string): Element | null {
  return lineOf(element).find((around) => around.matches(selector)) ?? null;
}

/** All elements inside, including those in open shadow roots. Calls `onRoot` with each shadow root. */
export function elementsWithin(
  container: Element | ShadowRoot,
  onRoot: (root: ShadowRoot) => void = () => {},
): Element[] {
  const found: Element[] = [];
  for (const element of container.querySelectorAll('*')) {
    found.push(element);
    if (element.shadowRoot) {
      onRoot(element.shadowRoot);
      found.push(...elementsWithin(element.shadowRoot, onRoot));
    }
  }
  return found;
}

function hostOf(element: Element): Element | null {
  return (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
}
