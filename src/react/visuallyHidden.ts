import type { CSSProperties } from 'react';

/** Heard, not seen, also where the stylesheet is not used. */
export const visuallyHidden: CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  // It adds nothing to the height of a page, nor to the width of one that is read from the other side.
  marginBlockStart: -1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
};
