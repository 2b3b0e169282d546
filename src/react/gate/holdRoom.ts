/** What a gate takes of the page, as computed lengths. */
export interface Room {
  readonly blockSize: string;
  readonly inlineSize: string;
}

type Styles = Partial<
  Record<'minBlockSize' | 'minInlineSize' | 'maxBlockSize' | 'overflow' | 'marginInlineEnd', string>
>;

/** Content does not get lower than that, in CSS pixels: there would be nothing to see. */
const lowest = 96;

/**
 * Keeps the room of a gate while it is closed, so that nothing on the page moves. `content` stays in sight and makes way for the
 * notice after it: it scrolls inside the room that is left. A room that is too small for both grows. Returns the way back.
 */
export function holdRoom(root: HTMLElement, room: Room, content: HTMLElement | null): () => void {
  const undo: (() => void)[] = [];

  function set(element: HTMLElement, styles: Styles): void {
    const before = Object.keys(styles).map((name) => [name, element.style[name as keyof Styles]]);
    Object.assign(element.style, styles);
    undo.push(() => Object.assign(element.style, Object.fromEntries(before)));
  }

  set(root, { minBlockSize: room.blockSize, minInlineSize: `min(100%, ${room.inlineSize})` });
  const excess = blockSizeOf(root) - parseFloat(room.blockSize);
  if (content && excess > 0) {
    const whole = blockSizeOf(content);
    // Not by a flexible box: Chromium counts its end as a layout shift, though nothing moves.
    set(content, {
      overflow: 'auto',
      maxBlockSize: `${Math.max(Math.min(whole, lowest), whole - excess)}px`,
    });
    // A scroll bar that takes room would make lines break elsewhere: it stands outside, unless the page would scroll sideways then.
    const page = document.documentElement;
    const bar = content.offsetWidth - content.clientWidth;
    const width = page.scrollWidth;
    if (bar) set(content, { marginInlineEnd: `-${bar}px` });
    if (page.scrollWidth > Math.max(width, page.clientWidth)) undo.pop()?.();
    reveal(content);
  }
  return () => {
    for (const step of undo.reverse()) step();
  };
}

function blockSizeOf(element: HTMLElement): number {
  return parseFloat(window.getComputedStyle(element).blockSize);
}

/** Scrolls what has focus into the room that is left of its content, and nothing else. */
function reveal(content: HTMLElement): void {
  const focused = content.querySelector(':focus');
  if (!focused) return;
  const hidden = focused.getBoundingClientRect().bottom - content.getBoundingClientRect().bottom;
  if (hidden > 0) content.scrollTop += hidden;
}
