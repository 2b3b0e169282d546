'use client';
import * as React from 'react';
import { createInteractionBlock } from './blockInteraction.js';
import { createFormValidation } from './formValidation.js';
import type { ContentElement } from './gateElements.js';
import { closeModalDialogs, createModalNotes, createModalSuspension } from './modalDialogs.js';
import { createMediaPause } from './pauseMedia.js';
import { createPortals } from './portals.js';
import { measureSpace, reserveSpace, type ReservedSpace, type Space } from './reserveSpace.js';
import {
  activeElementAt,
  canKeepFocus,
  cannotKeepFocus,
  clearSelection,
  hasNoFocus,
  isParked,
  placeFocus,
  placeFocusInside,
  placeFocusNear,
  rememberFocus,
  restoreFocus,
  scrollFromBehind,
  type FocusPlace,
} from './restoreFocus.js';
import { createGateSignal, GateContext, type GateState } from './useGate.js';

interface GateContentProps {
  readonly now: GateState | 'pending';
  /** The value of `useGate` inside. */
  readonly gate: GateState;
  /** Whether to mount the children. A gate that is closed from the start mounts nothing. */
  readonly mounted: boolean;
  readonly effects: HiddenEffects;
  /** Whether the gate keeps its size while it is closed. If not, the page scrolls back when the gate opens. Default true. */
  readonly keepsSize?: boolean;
  /** The element around the children. Default `div`. The others are as large as what they show. */
  readonly contentAs?: ContentElement | undefined;
  /** Whether the gate has no box while it is open (`display: contents`). */
  readonly boxless: boolean;
  /** Whether React has hydrated the page. Until then there are no style attributes: a content security policy may forbid them in HTML. */
  readonly hydrated: boolean;
  readonly label: string;
  readonly root: React.RefObject<HTMLElement | null>;
  readonly notice: React.RefObject<HTMLElement | null>;
  readonly noticeId: string | undefined;
  /** The text of the button that closes a modal dialog of the children. Needed where a closed gate can leave a dialog visible. */
  readonly closeText?: () => string;
  /** Called when focus moves to the notice. */
  readonly onArrive?: (() => void) | undefined;
  /** Called when a form was not sent because of a field in the children. */
  readonly onRefuse?: (() => void) | undefined;
  /** How often that happened. Each time, focus moves to the notice. */
  readonly refusals?: number;
  readonly explanation: React.ReactNode;
  readonly children: React.ReactNode;
}

interface Before {
  readonly active: Element | null;
  /** Set when focus is in the content. */
  readonly place: FocusPlace | null;
  /** Whether focus is on the notice, or on the gate itself. */
  readonly onNotice: boolean;
  readonly scroll: ScrollToOptions;
  readonly space: Space | null;
}

// React 19 takes a boolean. React 18 does not know the property and passes on strings only.
const inert = { inert: parseInt(React.version) < 19 ? '' : true } as { inert: boolean };

/**
 * Not `display: none`: a virtualized list would measure no space and drop its rows, with what was typed into them. With
 * `content-visibility: hidden` the layout stays. Browsers that do not know it hide the children and give them no space.
 */
const hiding: React.CSSProperties = {
  display: 'block',
  contentVisibility: 'hidden',
  visibility: 'hidden',
  blockSize: 0,
  minBlockSize: 0,
  overflow: 'hidden',
};

/** Chromium crashes when something, such as a slider of MUI, is dragged in content with `content-visibility: hidden`. */
const hidingWhilePressed: React.CSSProperties = { ...hiding, contentVisibility: 'visible' };

/** Hidden inline content must not leave a gap in the line. */
const gone: React.CSSProperties = { display: 'none' };

/** The element takes no part in the layout: its children are laid out as children of its parent. */
export const noBox: React.CSSProperties = { display: 'contents' };

/**
 * The content of a gate. While the gate is closed it keeps the children mounted, and remembers focus, selection, scroll position and
 * size. It is a class because only `getSnapshotBeforeUpdate` runs before React changes the page. Afterwards focus is lost.
 */
export class GateContent extends React.Component<GateContentProps> {
  private readonly content = React.createRef<HTMLDivElement>();
  private readonly signal = createGateSignal(this.props.gate);
  private readonly block = createInteractionBlock();
  private readonly forms = createFormValidation(() => this.props.onRefuse?.());
  private readonly portals = createPortals();
  private readonly media = createMediaPause();
  private readonly modals = createModalSuspension();
  private readonly notes = createModalNotes();
  /** The last element of the children that took focus. It may be in a portal, which only React's events show. */
  private focused: Element | null = null;
  /** Where focus was when the gate took it away, until it is restored or the person focuses something else. */
  private left: FocusPlace | null = null;
  private stopListening = () => {};
  private stopFollowing = () => {};
  private stopWaiting = () => {};
  private stopKeeping = () => {};
  /** Whether a modal dialog did not close when the person asked for it. It is hidden until the gate opens. */
  private stuck = false;
  private reopenDialogs: (() => void) | null = null;
  private scroll: ScrollToOptions | null = null;
  /** The space of the gate when it was open. */
  private space: Space | null = null;
  private reserved: ReservedSpace | null = null;

  override componentDidMount(): void {
    // React has not set the ref of the root yet.
    const content = this.content.current;
    this.stopListening = this.modals.attach(content?.ownerDocument ?? document);
    const { now, boxless } = this.props;
    // A content security policy may block style attributes in the server's HTML. Scripts may still set styles.
    for (const element of boxless && now === 'open' ? [content, content?.parentElement] : []) {
      if (element && !element.style.display) Object.assign(element.style, noBox);
    }
  }

  override getSnapshotBeforeUpdate({ now }: GateContentProps): Before | null {
    const { keepsSize = true, contentAs = 'div' } = this.props;
    const root = this.props.root.current;
    if (now === this.props.now || !root) return null;
    if (now === 'open') this.reserved?.finish();
    const active = activeElementAt(root);
    const inContent = active && (active === this.focused || this.content.current?.contains(active));
    return {
      active,
      place: inContent ? rememberFocus(active) : null,
      onNotice: !inContent && root.contains(active),
      scroll: { left: window.scrollX, top: window.scrollY, behavior: 'instant' },
      space: now === 'open' && keepsSize && contentAs === 'div' ? measureSpace(root) : null,
    };
  }

  override componentDidUpdate(previous: GateContentProps, _state: unknown, before: Before | null): void {
    this.signal.set(this.props.gate);
    if (previous.refusals !== this.props.refusals) this.explainRefusal();
    if (!before) return;
    this.stuck = false;
    this.applyReach();
    this.applyDialogs(before.place);
    const { now, keepsSize = true } = this.props;
    if (previous.now === 'open') this.space = before.space;
    this.applySpace();
    this.stopKeeping();
    this.repairFocus(before);
    if (previous.now === 'open') this.scroll = before.scroll;
    else if (now === 'open' && !keepsSize && this.scroll) scrollBack(this.scroll);
  }

  override componentWillUnmount(): void {
    this.forms.open();
    this.block.open();
    this.notes.release();
    this.portals.show();
    this.modals.resume();
    this.stopListening();
    this.media.release();
    this.stopKeeping();
    this.stopWaiting();
    this.stopFollowing();
    this.leaveNobodyBehind();
  }

  override render(): React.ReactNode {
    const {
      now,
      mounted,
      effects,
      contentAs = 'div',
      boxless,
      hydrated,
      label,
      noticeId,
      explanation,
      children,
    } = this.props;
    const hidden = isHiding(now);
    // The elements differ in where HTML allows them. What is used here is the same for all.
    const Content = contentAs as 'div';
    const style = hidden
      ? contentAs === 'div'
        ? this.block.isPressed()
          ? hidingWhilePressed
          : hiding
        : gone
      : hydrated && (contentAs === 'span' || (boxless && now === 'open'))
        ? noBox
        : undefined;
    return (
      <>
        {mounted ? (
          <Content
            ref={this.content}
            data-maintenance-content=""
            {...(style && { style })}
            {...((hidden || now === 'overlay') && inert)}
            {...(isBlocked(now) && { role: 'group', 'aria-label': label, 'aria-describedby': noticeId })}
            {...this.block.handlers}
            {...this.portals.handlers}
            onFocus={this.onFocus}
          >
            <GateContext.Provider value={this.signal}>
              <KeptMounted hidden={hidden} effects={effects}>
                {children}
                <Arrival onArrive={this.applyReach} />
              </KeptMounted>
            </GateContext.Provider>
          </Content>
        ) : null}
        {explanation}
      </>
    );
  }

  private readonly onStuck = (): void => {
    const active = this.props.root.current && activeElementAt(this.props.root.current);
    const at = active?.closest(`[data-maintenance-modal-note]`) ? this.focused : active;
    this.stuck = true;
    this.applyReach();
    if (at && cannotKeepFocus(at)) this.leave(rememberFocus(at as HTMLElement));
  };

  private readonly onFocus = (event: React.FocusEvent): void => {
    if (event.target.closest('[data-maintenance-modal-note]')) return;
    this.focused = event.target;
    if (isBlocked(this.props.now)) scrollFromBehind(event.target, this.props.notice.current);
  };

  /** Applies the current state to the content. Children may mount, and hydrate, later than the gate. */
  private readonly applyReach = (): void => {
    this.applyNotes();
    this.applyBlock();
    const { now } = this.props;
    const content = this.content.current;
    if (content && (isHiding(now) || this.stuck)) this.portals.hide(content, this.applyHidden);
    else this.portals.show();
    this.applyHidden();
    this.applyForms();
  };

  private readonly applyHidden = (): void => {
    const { now, effects, root } = this.props;
    const content = this.content.current;
    const hidden = content && now !== 'open' ? [content, ...this.portals.hidden()] : [];
    if (hidden.length) this.media.apply(hidden, (media) => isMediaReachable(media, now));
    else this.media.release();
    // When effects pause, the cleanup of a dialog frees the page.
    const isFree = effects === 'pause' && pausesEffects;
    const outOfReach = isHiding(now) || now === 'overlay' || this.stuck;
    if (hidden.length && outOfReach && !isFree && root.current) this.modals.suspend(root.current, hidden);
    else this.modals.resume();
  };

  private applyNotes(): void {
    const { now, root, notice, closeText } = this.props;
    const content = this.content.current;
    this.notes.release();
    if (!content || !root.current || now === 'open' || isHiding(now) || this.stuck || !closeText) return;
    this.notes.apply({
      root: root.current,
      content,
      owns: this.portals.owns,
      notice: notice.current,
      keepsLinks: now === 'read-only',
      closeText: closeText(),
      onStuck: this.onStuck,
    });
  }

  private applyBlock(): void {
    const { now } = this.props;
    const content = this.content.current;
    this.forms.open();
    this.block.open();
    if (!content || now === 'open') return;
    this.block.close({
      content,
      isReachable: isBlocked(now),
      reason: this.props.notice.current,
      keepsLinks: now === 'read-only',
      hasModal: this.notes.any,
    });
    // A portal that is not hidden keeps focus.
    if (this.focused && !content.contains(this.focused)) this.block.lock(this.focused);
  }

  private applyForms(): void {
    const { now, onRefuse } = this.props;
    const content = this.content.current;
    if (!content || now === 'open' || now === 'pending' || !onRefuse) return;
    this.forms.close({
      content,
      hiddenPortals: this.portals.hidden,
      isMadeReadOnly: this.block.madeReadOnly,
    });
  }

  private explainRefusal(): void {
    const { refusals, root } = this.props;
    const active = root.current && activeElementAt(root.current);
    // When several gates refuse the same form, the first one moves focus.
    if (!refusals || (active && isParked(active))) return;
    if (active && !hasNoFocus(active)) this.leave(rememberFocus(active));
    else this.park();
  }

  private applyDialogs(place: FocusPlace | null): void {
    const { now } = this.props;
    if (now === 'open' || now === 'read-only') {
      this.reopenDialogs?.();
      this.reopenDialogs = null;
    } else {
      this.reopenDialogs ??= closeModalDialogs(this.content.current, this.focused, place);
    }
  }

  private applySpace(): void {
    const { now, root, notice } = this.props;
    if (now === 'open') return this.reserved?.release();
    this.reserved?.finish();
    if (!root.current || !this.space) return;
    const content = isHiding(now) ? null : this.content.current;
    this.reserved = reserveSpace(
      root.current,
      this.space,
      content,
      isBlocked(now) && notice.current !== null,
    );
  }

  private repairFocus({ active, place, onNotice }: Before): void {
    if (place && cannotKeepFocus(place.element)) this.leave(place);
    else if (place && isBlocked(this.props.now)) this.stopKeeping = this.keepFocus(place);
    else if (this.left && !place) this.giveBack();
    else if (onNotice && active && cannotKeepFocus(active) && this.isPersonNowhere()) this.park();
  }

  private leave(place: FocusPlace): void {
    this.left = place;
    clearSelection(place);
    this.follow();
    this.park();
  }

  private isPersonNowhere(): boolean {
    const { current } = this.props.root;
    return !current || hasNoFocus(activeElementAt(current));
  }

  /** An editor or a field may become disabled when the gate closes, and lose focus by that. */
  private keepFocus(place: FocusPlace): () => void {
    const { element } = place;
    const observer = new window.MutationObserver(() => {
      const active = activeElementAt(element);
      const has = active === element;
      if (has ? canKeepFocus(element) : !hasNoFocus(active)) return;
      if (element.matches(':disabled')) return this.leave(place);
      if (!canKeepFocus(element)) element.setAttribute('tabindex', '0');
      if (!has) restoreFocus(place);
    });
    observer.observe(element, { attributeFilter: ['contenteditable', 'disabled', 'tabindex'] });
    return () => observer.disconnect();
  }

  /** Restores focus, or waits until that is possible. A gate around this one may still be closed, or an editor not editable yet. */
  private giveBack(): void {
    const { now, root, notice } = this.props;
    if (!this.left || !root.current) return;
    const active = activeElementAt(root.current);
    const waits =
      hasNoFocus(active) ||
      !active ||
      isParked(active) ||
      cannotKeepFocus(active) ||
      notice.current?.contains(active) === true;
    if (!waits || restoreFocus(this.left)) return this.forget();
    if (!active || hasNoFocus(active) || cannotKeepFocus(active)) this.park();
    if (now === 'open') this.wait();
  }

  /** Moves focus to the notice, or to the gate where there is none. */
  private park(): void {
    const { label, root, notice, onArrive } = this.props;
    if (!root.current) return;
    // When this gate reopens, a gate inside may still be closed.
    const inner = this.left?.element.closest(
      '[data-maintenance-gate][data-maintenance-state=closed] > [data-maintenance-content]',
    );
    const explanation =
      inner && this.content.current?.contains(inner) ? inner.nextElementSibling : notice.current;
    if (explanation && placeFocus(explanation as HTMLElement)) {
      if (explanation === notice.current) onArrive?.();
    } else if (!placeFocus(root.current, label) && !placeFocusInside(root.current)) this.wait();
  }

  /** Forgets the place when the person focuses something else. */
  private follow(): void {
    const { root, notice } = this.props;
    const view = root.current?.ownerDocument.defaultView;
    const onFocus = (event: Event) => {
      const target = event.composedPath()[0] as Element;
      if (target.nodeType === 1 && !isParked(target) && !notice.current?.contains(target)) this.forget();
    };
    this.stopFollowing();
    view?.addEventListener('focusin', onFocus, true);
    this.stopFollowing = () => view?.removeEventListener('focusin', onFocus, true);
  }

  /** Tries to restore focus again after every change of the page that may make it possible. */
  private wait(): void {
    const { current } = this.props.root;
    if (!current) return;
    const observer = new window.MutationObserver(() => {
      this.stopWaiting();
      this.giveBack();
    });
    const attributeFilter = [
      'hidden',
      'inert',
      'style',
      'class',
      'disabled',
      'contenteditable',
      'tabindex',
      'open',
    ];
    for (const tree of new Set([current.ownerDocument, current.getRootNode()])) {
      observer.observe(tree, { subtree: true, childList: true, attributes: true, attributeFilter });
    }
    this.stopWaiting();
    this.stopWaiting = () => observer.disconnect();
  }

  private forget(): void {
    this.left = null;
    this.stopFollowing();
    this.stopWaiting();
  }

  /** Moves focus nearby when the gate unmounts while its notice has focus. */
  private leaveNobodyBehind(): void {
    const content = this.content.current;
    // React has already cleared the ref of the root.
    const root = (content ?? this.props.notice.current)?.parentElement;
    const active = root && activeElementAt(root);
    if (!active || !root.contains(active) || content?.contains(active)) return;
    const ancestors: Element[] = [];
    for (let at = root.parentElement; at; at = at.parentElement) ancestors.push(at);
    queueMicrotask(() => {
      if (hasNoFocus(root.ownerDocument.activeElement)) placeFocusNear(ancestors);
    });
  }
}

/** Whether the content is hidden. */
function isHiding(now: GateState | 'pending'): boolean {
  return now === 'replace' || now === 'hide' || now === 'pending';
}

/** Whether a person can pause the sound or video. */
function isMediaReachable(media: HTMLMediaElement, now: GateState | 'pending'): boolean {
  if (!isBlocked(now)) return false;
  return media.controls || media.muted || media.closest('[data-maintenance-allow]') !== null;
}

/** Whether the content is visible and focusable, but cannot be changed or activated. */
function isBlocked(now: GateState | 'pending'): boolean {
  return now === 'disable' || now === 'read-only';
}

/** Calls back when the children beside it have mounted. They may hydrate later than the gate. */
function Arrival({ onArrive }: { onArrive: () => void }): null {
  React.useEffect(onArrive, [onArrive]);
  return null;
}

/** Calls `scrollTo` only if the page has scrolled. jsdom reports every call as not implemented. */
function scrollBack(to: ScrollToOptions): void {
  if (window.scrollX !== to.left || window.scrollY !== to.top) window.scrollTo(to);
}

/**
 * What happens to the effects of hidden children. `run`: they keep running, so editors, forms and players stay alive; many of them
 * destroy themselves in the cleanup of an effect. `pause`: React runs the cleanups, and runs the effects again when the gate opens.
 */
export type HiddenEffects = 'run' | 'pause';

interface KeptMountedProps {
  readonly hidden: boolean;
  readonly effects: HiddenEffects;
  readonly children: React.ReactNode;
}

// React has it since 19.2. A named import would not build with an older version.
const Activity = (
  React as { Activity?: React.ComponentType<{ mode: 'hidden' | 'visible'; children: React.ReactNode }> }
)['Activity'];

/** Whether this version of React can pause effects. */
const pausesEffects: boolean = Activity !== undefined;

/** Keeps its children mounted while they are hidden. */
function KeptMounted({ hidden, effects, children }: KeptMountedProps): React.JSX.Element {
  // A different element around the children would mount them again.
  const [pauses] = React.useState(effects === 'pause');
  return Activity && pauses ? (
    <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity>
  ) : (
    <>{children}</>
  );
}
