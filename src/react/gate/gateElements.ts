/**
 * The elements that a gate can be. `span`, `p`, headings and `label` allow phrasing content only, so the notice in them is inline and
 * short. `g` is for SVG.
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

/** The element around the children: one that is allowed in the gate. */
export type ContentElement = 'div' | 'span' | 'g';

export function contentElementOf(as: GateElement): ContentElement {
  if (as === 'g') return 'g';
  return /^(span|p|h\d|label)$/.test(as) ? 'span' : 'div';
}

/** What to change about a gate whose element is not allowed in its parent. `undefined` if it is allowed. */
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
