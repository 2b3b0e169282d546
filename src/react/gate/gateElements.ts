/**
 * The elements that a gate can be. In `span`, `p`, a heading or a `label` only phrasing is allowed, so that what is inside is inline,
 * with a short notice; in `g` it is SVG.
 */
export type GateElement =
  | 'div'
  | 'section'
  | 'article'
  | 'aside'
  | 'main'
  | 'form'
  | 'fieldset'
  | 'figure'
  | 'li'
  | 'dd'
  | 'td'
  | 'th'
  | 'span'
  | 'p'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'label'
  | 'g';

/** What the content of such a gate is in: an element that is allowed there. */
export type ContentElement = 'div' | 'span' | 'g';

export function contentElementOf(as: GateElement): ContentElement {
  if (as === 'g') return 'g';
  return /^(span|p|h\d|label)$/.test(as) ? 'span' : 'div';
}

/** What to do about a gate that stands where its element is not allowed; `undefined` where it is. */
export function misplacement(gate: Element): string | undefined {
  const { parentElement: parent } = gate;
  if (!parent) return undefined;
  const [own, around] = [gate.localName, parent.localName];
  const isSvg = parent.namespaceURI === 'http://www.w3.org/2000/svg' && around !== 'foreignobject';
  if (isSvg && around.toLowerCase() !== 'foreignobject') {
    return own === 'g' ? undefined : 'Give the gate as="g".';
  }
  if (/^(table|thead|tbody|tfoot|colgroup|select|optgroup|datalist)$/.test(around)) {
    return 'No element may stand there. Put the gate around the whole of it, or inside a cell.';
  }
  if (around === 'tr' && !/^t[dh]$/.test(own)) return 'Give the gate as="td", or put it inside a cell.';
  if (/^(ul|ol|menu)$/.test(around) && own !== 'li') return 'Give the gate as="li".';
  if (around === 'dl' && !/^(dd|div)$/.test(own)) return 'Give the gate as="dd".';
  if (/^(p|h\d|button|label|summary|legend)$/.test(around) && own !== 'span')
    return 'Give the gate as="span".';
  return undefined;
}
