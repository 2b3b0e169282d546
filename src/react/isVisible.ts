/** Whether the browser renders an element. True in browsers that cannot tell, such as Safari before 17.4. */
export function isVisible(element: Element): boolean {
  return element.checkVisibility?.({ visibilityProperty: true }) !== false;
}
