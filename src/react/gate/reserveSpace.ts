import {
  elementsWithin,
  isControl,
  isFieldToExplain,
  listenTogether,
  parentOf,
  styleOf,
} from './elements.js';

/** The space that the children of an open gate take, in CSS lengths. */
export interface Space {
  readonly blockSize: string;
  readonly inlineSize: string;
  /** Styles with which the box of the gate takes the place of its children, where an open gate has no box. */
  readonly placement: Styles;
  /** Styles with which the content lays out the children as their parent did. */
  readonly layout: Styles;
  /** Whether the gate has only a few words or one button, on a line with something else. A whole notice would break that line. */
  readonly isOnLine: boolean;
}

type Styles = Record<string, string>;

/** A child, or a text, that takes space in the layout of the gate's parent. */
interface Box {
  /** `null` for a text. */
  readonly element: Element | null;
  readonly rect: DOMRect;
}

/** The minimum height of content that scrolls, in CSS pixels. Less would show nothing useful. */
const lowest = 96;
const blockEdges = ['marginBlockStart', 'marginBlockEnd'] as const;
const inlineEdges = ['marginInlineStart', 'marginInlineEnd'] as const;
const ofItem = ['flex', 'alignSelf', 'justifySelf', 'order', 'gridRow', 'gridColumn'] as const;
const ofFlexBox = ['flexDirection', 'flexWrap', 'alignItems', 'justifyContent', 'gap'] as const;

/** Measures an open gate. Call it before React changes the page. */
export function measureSpace(gate: Element): Space {
  const { display, blockSize, inlineSize } = styleOf(gate);
  const unknown = { placement: {}, layout: {}, isOnLine: false };
  if (display !== 'contents') return { ...unknown, blockSize, inlineSize };
  const boxes = boxesIn(gate);
  const [first, last] = [boxes[0], boxes.at(-1)];
  if (!first || !last) return { ...unknown, blockSize: '0px', inlineSize: '0px' };
  const parent = styleOf(parentBoxOf(gate));
  const rects = boxes.map(({ rect }) => rect);
  const [block, inline] = axesOf(parent).map(
    ([from, to]) => Math.max(...rects.map((rect) => rect[to])) - Math.min(...rects.map((rect) => rect[from])),
  ) as [number, number];
  const isOnLine = block < lowest && standsOnLine(gate, boxes, parent);
  const size = { blockSize: `${block}px`, inlineSize: `${inline}px`, isOnLine };

  if (!isFlexOrGrid(parent) && !isOnLine) {
    const placement = {
      marginBlockStart: `${collapsedMargin(first.element, 'Start')}px`,
      marginBlockEnd: `${collapsedMargin(last.element, 'End')}px`,
    };
    return { ...size, placement, layout: {} };
  }
  // The margins of items do not collapse.
  const placement: Styles = {};
  const [start, end] = [first, last].map(({ element }) => element && styleOf(element));
  for (const edge of [...blockEdges, ...inlineEdges]) {
    placement[edge] = (edge.endsWith('Start') ? start : end)?.[edge] ?? '0px';
  }
  if (isOnLine) {
    Object.assign(placement, { display: 'flex', flexWrap: 'wrap', alignItems: 'center' });
    if (!isFlexOrGrid(parent))
      return { ...size, placement: { ...placement, display: 'inline-flex' }, layout: {} };
  }
  const item = boxes.length === 1 ? start : null;
  if (item) for (const name of ofItem) placement[name] = item[name];
  // A notice is wider than most children. What does not fill its line must not push others aside.
  if (!isOnLine && !fillsLine(item, parent)) placement['maxInlineSize'] = `max(${size.inlineSize}, 18rem)`;
  if (/flex$/.test(parent.display)) {
    const layout: Styles = { display: 'flex', blockSize: size.blockSize };
    for (const name of ofFlexBox) layout[name] = parent[name];
    return { ...size, placement, layout };
  }
  const stretched = { display: 'flex', flexDirection: 'column', blockSize: size.blockSize };
  return { ...size, placement, layout: boxes.length === 1 ? stretched : {} };
}

/** The space of a closed gate, until it is released. */
export interface ReservedSpace {
  /** Reserves the space, in steps: the gates that close together take each step in turn, so that the browser computes the layout once. */
  steps(): Generator<void>;
  /**
   * Call it when the gate opens, after React changed the page. Boxes that scrolled are removed only after the next paint: Chromium counts
   * a layout shift when such a box is removed, although nothing moves.
   */
  release(): void;
  /** Releases all of it at once. */
  finish(): void;
}

/**
 * Keeps the space of a gate while it is closed, so that nothing on the page moves. `content` is the content if it stays visible. With
 * `sharesSpace` it makes room for the notice after it, and scrolls in what is left. A space that is too small for both grows.
 */
export function reserveSpace(
  gate: HTMLElement,
  space: Space,
  content: HTMLElement | null,
  sharesSpace: boolean,
): ReservedSpace {
  const undo: (() => void)[] = [];
  const undoSizes: (() => void)[] = [];
  const undoScrolling: (() => void)[] = [];
  let displays: readonly (readonly [element: HTMLElement, display: string])[] = [];
  let stop = () => {};

  function set(element: HTMLElement, styles: Styles, steps?: (() => void)[]): void {
    const read = (name: string): unknown => Reflect.get(element.style, name);
    for (const [name, value] of Object.entries(styles)) {
      const before = read(name);
      Object.assign(element.style, { [name]: value });
      const ours = read(name);
      (steps ?? (name.endsWith('Size') ? undoSizes : undo)).push(() => {
        // React or the app may have set it meanwhile.
        if (read(name) === ours) Object.assign(element.style, { [name]: before });
      });
    }
  }

  function* steps(): Generator<void> {
    const { blockSize, inlineSize, placement, layout, isOnLine } = space;
    // Without our stylesheet. Margins inside would collapse with those of the gate.
    const collapses =
      placement.marginBlockStart && (placement['display'] ?? styleOf(gate).display) === 'block';
    // The sizes do not hold in a window of another width, for example when a person zooms in to 400 % (WCAG 1.4.10).
    const { innerWidth } = window;
    stop = listenTogether([window], 'resize', () => {
      if (window.innerWidth !== innerWidth) undoAll(undoSizes, undoScrolling);
    });
    yield;
    set(gate, { ...placement, minBlockSize: blockSize, minInlineSize: `min(100%, ${inlineSize})` });
    // The baseline of an empty box is its end, which would make the line higher.
    if (isOnLine && !content && gate.childElementCount < 2) set(gate, { verticalAlign: 'middle' });
    if (collapses) set(gate, { display: 'flow-root' });
    if (!content) return;
    // The gate now has the margins of the children, which also have their own inside it.
    const margins = [...blockEdges, ...inlineEdges].flatMap((edge) => {
      const margin = parseFloat(placement[edge] ?? '');
      return margin ? [[edge, `${-margin}px`]] : [];
    });
    set(content, { ...layout, ...Object.fromEntries(margins) });
    yield;
    // A height in percent has nothing to refer to in a box without one. A list in it would measure no space, or not scroll any more.
    const change = Math.abs(blockSizeOf(content) - parseFloat(blockSize));
    if (placement.marginBlockStart && !layout.blockSize && change > 1) set(content, { blockSize }, undo);
    if (!sharesSpace) return;
    const excess = blockSizeOf(gate) - parseFloat(blockSize);
    const whole = blockSizeOf(content);
    const room = Math.max(Math.min(whole, lowest), whole - excess);
    yield;
    // Content that keeps its whole size must not scroll: the margins inside it would become a part of the scrolled area.
    if (room < whole) yield* scroll(content, room);
  }

  function* scroll(content: HTMLElement, room: number): Generator<void> {
    // Not with a flexible box: Chromium counts its end as a layout shift, though nothing moves.
    set(content, { overflow: 'auto', maxBlockSize: `${room}px` }, undoScrolling);
    yield;
    // A scroll bar that takes space would change the line breaks. So it is put outside, unless the page would scroll sideways then.
    const { scrollWidth, clientWidth } = document.documentElement;
    const bar = content.offsetWidth - content.clientWidth;
    const margin = parseFloat(content.style.marginInlineEnd) || 0;
    const { left, right, bottom } = content.getBoundingClientRect();
    const end =
      styleOf(content).direction === 'rtl' ? clientWidth - left - window.scrollX : right + window.scrollX;
    displays = [gate, content].map((element) => [element, styleOf(element).display]);
    // Scrolls what has focus into the space that is left, and nothing else.
    const focused = content.querySelector(':focus')?.getBoundingClientRect().bottom ?? -Infinity;
    content.scrollTop += Math.max(0, focused - bottom);
    yield;
    if (bar && end + bar <= Math.max(scrollWidth, clientWidth)) {
      set(content, { marginInlineEnd: `${margin - bar}px` }, undoScrolling);
    }
  }

  function finish(): void {
    stop();
    undoAll(undo, undoSizes, undoScrolling);
  }

  return {
    steps,
    finish,
    release() {
      undoAll(undoScrolling);
      if (!displays.length || gate.style.display !== 'contents') return finish();
      for (const [element, display] of displays) set(element, { display });
      window.requestAnimationFrame(() => window.requestAnimationFrame(finish));
    },
  };
}

function undoAll(...lists: (() => void)[][]): void {
  for (const step of lists.flatMap((steps) => steps.splice(0)).reverse()) step();
}

/** Advice for an open gate that cannot keep the layout around it when it closes. `undefined` if it can. */
export function misfit(gate: Element): string | undefined {
  if (styleOf(gate).display !== 'contents' || boxesIn(gate).length < 2) return undefined;
  if (!/grid$/.test(styleOf(parentBoxOf(gate)).display)) return undefined;
  return 'Its children are several items of a grid, which share one cell while it is closed. Put a gate around each of them, or give the gate a className and let it lay them out.';
}

/** The element that lays out the children of the gate. */
function parentBoxOf(element: Element): Element {
  const parent = parentOf(element);
  if (!parent) return element;
  return styleOf(parent).display === 'contents' ? parentBoxOf(parent) : parent;
}

/** The boxes inside an element, in order. Looks into elements that have no box themselves. */
function boxesIn(element: Element): Box[] {
  return [...element.childNodes].flatMap((node): Box[] => {
    if (node instanceof window.Text) return node.data.trim() ? [{ element: null, rect: rectOf(node) }] : [];
    if (!(node instanceof window.Element)) return [];
    const { display, position } = styleOf(node);
    if (display === 'none' || /absolute|fixed/.test(position)) return [];
    return display === 'contents' ? boxesIn(node) : [{ element: node, rect: node.getBoundingClientRect() }];
  });
}

function rectOf(text: Text): DOMRect {
  const range = text.ownerDocument.createRange();
  range.selectNode(text);
  return range.getBoundingClientRect();
}

/** The outer margin of a block, including the margins inside that collapse into it. */
function collapsedMargin(element: Element | null, edge: 'Start' | 'End'): number {
  if (!element) return 0;
  const style = styleOf(element);
  if (/^inline/.test(style.display)) return 0;
  const own = parseFloat(style[`marginBlock${edge}`]) || 0;
  const inner = edge === 'Start' ? element.firstElementChild : element.lastElementChild;
  const beyond = edge === 'Start' ? inner?.previousSibling : inner?.nextSibling;
  const isClosed =
    !/^(block|list-item)$/.test(style.display) ||
    style.overflowY !== 'visible' ||
    parseFloat(style[`paddingBlock${edge}`]) > 0 ||
    parseFloat(style[`borderBlock${edge}Width`]) > 0 ||
    (beyond instanceof window.Text && beyond.data.trim() !== '');
  if (!inner || isClosed) return own;
  const margins = [own, collapsedMargin(inner, edge)];
  return Math.max(0, ...margins) + Math.min(0, ...margins);
}

/** Whether the gate has only a few words or one button, and something else is on the same line. */
function standsOnLine(gate: Element, boxes: readonly Box[], parent: CSSStyleDeclaration): boolean {
  const inside = elementsWithin(gate);
  const isInline = ({ element }: Box) => !element || /^inline/.test(styleOf(element).display);
  // Items of a flexible box are all blocks.
  const isMostlyControl = ({ rect }: Box) =>
    inside.some(
      (element) =>
        (isControl(element) || element.localName === 'label') &&
        element.getBoundingClientRect().width * 2 > rect.width,
    );
  const fits = isFlexOrGrid(parent)
    ? boxes.length === 1 && boxes.every(isMostlyControl)
    : boxes.every(isInline);
  if (!fits || inside.some(isFieldToExplain)) return false;
  const [[from, to]] = axesOf(parent);
  const isBeside = ({ rect }: Box) =>
    boxes.every((box) => rect[from] < box.rect[to] && box.rect[from] < rect[to]);
  return boxesIn(parentBoxOf(gate)).filter(isBeside).length > boxes.length;
}

type Axis = readonly ['left', 'right'] | readonly ['top', 'bottom'];

/** The edges of a rectangle in block direction, and those in inline direction. */
function axesOf({ writingMode }: CSSStyleDeclaration): readonly [block: Axis, inline: Axis] {
  const axes = [
    ['top', 'bottom'],
    ['left', 'right'],
  ] as const;
  return /^(vertical|sideways)/.test(writingMode) ? [axes[1], axes[0]] : axes;
}

/** Whether an item takes its width from its parent, and not from its content. */
function fillsLine(item: CSSStyleDeclaration | null | undefined, parent: CSSStyleDeclaration): boolean {
  const stretches = (own = 'auto', fromParent: string) =>
    /normal|stretch/.test(own === 'auto' ? fromParent : own);
  if (/grid$/.test(parent.display)) return stretches(item?.justifySelf, parent.justifyItems);
  if (parent.flexDirection.startsWith('column')) return stretches(item?.alignSelf, parent.alignItems);
  return Number(item?.flexGrow) > 0;
}

function isFlexOrGrid({ display }: CSSStyleDeclaration): boolean {
  return /(flex|grid)$/.test(display);
}

function blockSizeOf(element: HTMLElement): number {
  return parseFloat(styleOf(element).blockSize);
}
