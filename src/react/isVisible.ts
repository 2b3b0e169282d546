/** Whether the browser draws an element. True where it cannot tell, as Safari before 17.4. */
export function isVisible(element: Element): boolean {
  return element.checkVisibility?.({ visibilityProperty: true }) !== false;
}
