'use client';
import {
  forwardRef,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ReactNode,
} from 'react';
import { development, maintenanceError } from '../core/errors.js';
import { type Maintenance, isOpen, type Requirement } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { GateContent, noBox, type ContentElement, type HiddenEffects } from './gate/GateContent.js';
import { fillMessage } from './fillMessage.js';
import { misfit } from './gate/reserveSpace.js';
import { useGate, type ClosedBehavior } from './gate/useGate.js';
import { MaintenanceNotice } from './MaintenanceNotice.js';
import { useHydrated, useUserChanges, useNotices } from './useNotices.js';
import { useMaintenance } from './useMaintenance.js';

/**
 * The elements that a gate can be. `span`, `p`, headings and `label` allow phrasing content only, so the notice in them is inline and
 * short. `g` is for SVG.
 */
type GateElement =
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

type NodeOrFunction = ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);

/**
 * Other props are passed to the gate's element. A `div` that is given nothing for its element, such as `className`, `style` or `id`, has
 * no box while it is open (`display: contents`): the parent of the gate lays out its children.
 */
export interface MaintenanceGateProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly feature: FeatureKey;
  /**
   * The element of the gate. Default `div`. A `div` that closes around a single button with something beside it, as in a toolbar, shows a
   * short notice on the same line. `span` always does: use it in a text, around a single field, and where the gate may be closed from the
   * start. Use `li` in a list, `td` in a table, `g` in an SVG.
   */
  readonly as?: GateElement | undefined;
  /** What the children need: with `read` they stay open while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /**
   * What to do with the children while the gate is closed. `replace` (default): the fallback takes their place. `hide`: nothing does.
   * The others keep them visible, with the fallback after them. With `disable` and `read-only` they are visible and focusable, but cannot
   * be changed or activated, except for elements with `data-maintenance-allow`. With `overlay` they are inert. Links (`<a href>`) work
   * with `read-only`.
   *
   * Fields keep their values, and a form around the gate sends them. An invalid field stops the form from being sent: focus moves to the
   * fallback, which says so (WCAG 3.3.1). Without a fallback, the built-in notice is shown.
   */
  readonly whenClosed?: ClosedBehavior | undefined;
  /**
   * What is shown while the gate is closed. Default: a notice. `null`: nothing. The gate keeps its size, and grows only if it is lower
   * than the fallback. A `minBlockSize` in its `style` reserves the space beforehand.
   */
  readonly fallback?: NodeOrFunction;
  /**
   * What happens to the effects of the children while they are hidden, with `replace` and `hide`. `run` (default): they keep running.
   * `pause`: they are cleaned up and run again, as by React's `<Activity>`. Use it only where nothing is lost by that. Before React 19.2,
   * `pause` is the same as `run`. To pause only a part, such as a query, use `useGate` there. It cannot change later.
   */
  readonly effects?: HiddenEffects | undefined;
  /** The level of the built-in notice's heading. Default 3. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined;
  /** A function gets the state, for children that show that they are degraded. */
  readonly children?: NodeOrFunction;
}

/**
 * Shows its children while their feature works, and a notice while it does not. Children that were shown stay mounted while the gate is
 * closed, with everything that a person did in them. A gate that is closed from the start mounts nothing, unless the feature can be read
 * and the children would stay visible.
 *
 * @throws `no-provider` and `unknown-feature`, in development.
 * @example
 * <MaintenanceGate feature="search" fallback={<p>Search is unavailable.</p>}>
 *   <SearchBox />
 * </MaintenanceGate>
 */
export const MaintenanceGate: React.ForwardRefExoticComponent<
  MaintenanceGateProps & React.RefAttributes<HTMLDivElement>
> = forwardRef(function MaintenanceGate(
  {
    feature,
    as = 'div',
    requires = 'read',
    whenClosed = 'replace',
    fallback,
    effects = 'run',
    headingLevel = 3,
    children,
    ...rest
  },
  ref,
) {
  const { store, announcer, settings, reportOnce } = useNotices('<MaintenanceGate>');
  const state = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHoldingInitially);
  const open = isOpen(state, requires);
  const now = holding ? 'pending' : open ? 'open' : whenClosed;
  const staysInSight = whenClosed !== 'replace' && whenClosed !== 'hide';
  const wanted = now === 'open' || (staysInSight && state.canRead && !holding);
  const [wasWanted, setWasWanted] = useState(wanted);
  if (wanted && !wasWanted) setWasWanted(true);
  const [wasOpen, setWasOpen] = useState(open && !holding);
  if (open && !holding && !wasOpen) setWasOpen(true);
  const userChanges = useUserChanges('<MaintenanceGate>');
  const [refusals, setRefusals] = useState(0);
  const [seen, setSeen] = useState({ userChanges, now, contents: 0 });
  if (seen.userChanges !== userChanges || seen.now !== now) {
    // Another person has signed in. Hidden children of the person before are not kept. Visible children are the app's business.
    const another = seen.userChanges !== userChanges && seen.now !== 'open';
    if (another) {
      setWasWanted(wanted);
      setWasOpen(open && !holding);
    }
    if (seen.now !== now) setRefusals(0);
    setSeen({ userChanges, now, contents: another ? seen.contents + 1 : seen.contents });
  }
  const [isOnLine, setIsOnLine] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const noticeId = useId();
  useImperativeHandle<HTMLDivElement | null, HTMLDivElement | null>(ref, () => root.current, []);

  const above = useGate();
  const label = store.labelOf(feature, settings.locale);
  const closedNow = now !== 'open' && now !== 'pending';
  const explained = closedNow && (refusals > 0 || (now !== 'hide' && fallback !== null));
  // Without a fallback, the built-in notice says why a form was not sent.
  const content = now === 'hide' || fallback === null ? undefined : resolveNode(fallback, state);
  const showsNotice = fallback === undefined;
  useEffect(() => {
    if (development && process.env.NODE_ENV !== 'production') {
      const advice = root.current && placementAdvice(root.current, showsNotice);
      if (advice) reportOnce(maintenanceError('misplaced-gate', `The gate of "${feature}" is a ${advice}`));
    }
  }, [as, feature, showsNotice, reportOnce]);

  const contentAs = contentElementOf(as);
  // The elements differ only in where HTML allows them.
  const Root = as as 'div';
  const FallbackRoot = contentAs as 'div';
  const { style, ...others } = rest;
  const boxless = as === 'span' || (as === 'div' && !hasAttributes(rest));
  const hydrated = useHydrated();
  const Sentence = contentAs === 'div' ? 'p' : contentAs;
  const notSent = fillMessage(settings, 'notSent');
  const refusal =
    closedNow && refusals > 0 ? (
      <Sentence key="not-sent" data-maintenance-not-sent="">
        {notSent.node}
      </Sentence>
    ) : null;
  return (
    <Root
      ref={root}
      data-maintenance-gate={feature}
      data-maintenance-mode={state.mode}
      data-maintenance-phase={state.phase}
      data-maintenance-state={closedNow ? 'closed' : now}
      data-maintenance-closed={closedNow ? now : undefined}
      data-maintenance-boxless={now === 'open' && boxless ? '' : undefined}
      {...others}
      style={now === 'open' && boxless && hydrated ? { ...noBox, ...style } : style}
    >
      <GateContent
        key={seen.contents}
        keepsSize
        contentAs={contentAs}
        boxless={boxless}
        isOnLine={isOnLine}
        onLineChange={setIsOnLine}
        hydrated={hydrated}
        now={now}
        gate={closedNow ? now : above}
        effects={effects}
        mounted={wanted || wasWanted}
        label={label}
        root={root}
        notice={notice}
        noticeId={explained ? noticeId : undefined}
        closeText={() => fillMessage(settings, 'close')}
        // A screen reader reads the name of the focused element. The name of a notice says everything, that of a fallback only the label.
        onArrive={content === undefined ? () => announcer.markTold(feature) : undefined}
        refusals={refusals}
        onRefuse={() => {
          setRefusals((count) => count + 1);
          // The notice that the person is brought to says that the feature is closed. Said after the answer, it would replace it.
          if (content === undefined) announcer.markTold(feature);
          announcer.say([notSent]);
        }}
        explanation={
          !explained ? null : content === undefined ? (
            <MaintenanceNotice
              ref={notice}
              id={noticeId}
              state={state}
              inline={contentAs !== 'div' ? contentAs : isOnLine ? 'section' : undefined}
              headingLevel={headingLevel}
              // Only what was shown can be kept.
              kept={wasOpen}
            >
              {refusal}
            </MaintenanceNotice>
          ) : (
            <FallbackRoot
              ref={notice}
              id={noticeId}
              role="group"
              aria-label={label}
              data-maintenance-fallback=""
            >
              {/* React rewrites a text that is the only child as a whole, whatever a translator put in its place. */}
              {isText(content) && !refusal ? (
                content
              ) : (
                <>
                  {inElement(content)}
                  {refusal}
                </>
              )}
            </FallbackRoot>
          )
        }
      >
        {inElement(resolveNode(children, state))}
      </GateContent>
    </Root>
  );
});

function contentElementOf(as: GateElement): ContentElement {
  if (as === 'g') return 'g';
  return /^(span|p|h\d|label)$/.test(as) ? 'span' : 'div';
}

/** Whether the gate has attributes of the app, such as `className`, `style` or `id`, which need an element with a box. */
function hasAttributes(rest: object): boolean {
  return Object.entries(rest).some(([name, value]) => value !== undefined && !/^(data-|on[A-Z])/.test(name));
}

/** Advice for a gate that cannot work in its place. `undefined` if it can. Development only. */
function placementAdvice(gate: Element, showsNotice: boolean): string | undefined {
  const advice = misplacement(gate) ?? (showsNotice ? misfit(gate) : undefined);
  return advice && `<${gate.localName}> in <${gate.parentElement?.localName}>. ${advice}`;
}

/** Advice for a gate whose element is not allowed in its parent. `undefined` if it is allowed. */
function misplacement(gate: Element): string | undefined {
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
  let block = parent;
  while (inline.test(block.localName) && block.parentElement) block = block.parentElement;
  if (/^(p|h\d|button|label|summary|legend)$/.test(block.localName) && own !== 'span')
    return 'Give the gate as="span".';
  return undefined;
}

/** Elements in a line of text. What is around them decides whether a gate may be in them. */
const inline =
  /^(a|abbr|b|bdi|bdo|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|time|u)$/;

/** Puts a text into an element. A translator may replace text nodes, and React could not find a text node among its siblings. */
function inElement(node: ReactNode): ReactNode {
  return isText(node) ? <span>{node}</span> : node;
}

function isText(node: ReactNode): boolean {
  return typeof node === 'string' || typeof node === 'number';
}

function resolveNode(node: NodeOrFunction, state: Maintenance<FeatureKey>): ReactNode {
  return typeof node === 'function' ? node(state) : node;
}
