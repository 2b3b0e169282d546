/**
 * Hides an element visually, but not from screen readers. It works without the stylesheet. Use it as a `ref`: a content security policy may
 * forbid style attributes, but scripts may still set styles.
 */
export function hideVisually(element: HTMLElement | null): void {
  if (!element) return;
  Object.assign(element.style, {
    position: 'absolute',
    width: '1px',
    height: '1px',
    // So that it does not make the page higher, or wider in right-to-left text.
    marginBlockStart: '-1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  });
}
