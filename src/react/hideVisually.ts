/**
 * Makes an element heard and not seen, also where the stylesheet is not used. As a `ref`, not as `style`: a page whose content
 * security policy forbids style attributes may still set styles by script.
 */
export function hideVisually(element: HTMLElement | null): void {
  if (!element) return;
  Object.assign(element.style, {
    position: 'absolute',
    width: '1px',
    height: '1px',
    // It adds nothing to the height of a page, nor to the width of one that is read from the other side.
    marginBlockStart: '-1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  });
}
