/** Every element inside, through open shadow roots. Calls `onRoot` with each shadow root on the way. */
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
