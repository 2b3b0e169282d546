'use client';
import {
  Component,
  createRef,
  useEffect,
  version,
  type CSSProperties,
  type FocusEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { createFormGuard } from './createFormGuard.js';
import { createGuard } from './createGuard.js';
import { createMediaPause } from './createMediaPause.js';
import { createModalNotes } from './createModalNotes.js';
import { createModalSuspension } from './createModalSuspension.js';
import { createPortals } from './createPortals.js';
import type { ContentElement } from './gateElements.js';
import { KeptMounted, pausesEffects, type HiddenEffects } from './KeptMounted.js';
import {
  activeElementAt,
  canKeepFocus,
  isLost,
  isNowhere,
  isParked,
  leave,
  rememberPlace,
  returnTo,
  settleInside,
  settleNear,
  settleOn,
  type PersonPlace,
} from './personPlace.js';
import { putAwayDialogs } from './putAwayDialogs.js';
import { measureSpace, reserveSpace, type ReservedSpace, type Space } from './reserveSpace.js';
import { uncover } from './uncover.js';
import { createGateSignal, GateContext, type GateState } from './useGate.js';

interface GatePlaceProps {
  readonly now: GateState | 'pending';
  /** What `useGate` tells inside. */
  readonly gate: GateState;
  /** Whether the children have a reason to be there: a gate closed from the start mounts nothing. */
  readonly mounted: boolean;
  readonly effects: HiddenEffects;
  /** Whether the place stays as large as it was; else the page scrolls back when the content returns. Default true. */
  readonly keepsSize?: boolean;
  /** What the content is in. Default `div`; the others take the room that they need. */
  readonly contentAs?: ContentElement | undefined;
  /** Whether an open gate takes no part in the layout: its children are laid out by what is around it. */
  readonly boxless: boolean;
  readonly label: string;
  readonly root: RefObject<HTMLElement | null>;
  readonly notice: RefObject<HTMLElement | null>;
  readonly noticeId: string | undefined;
  /** What the button says that closes a modal dialog of the children: only for what can leave one in sight. */
  readonly closeText?: () => string;
  /** Called when the person is brought to the notice. */
  readonly onArrive?: (() => void) | undefined;
  /** Called when a form was not sent because of what is in here. */
  readonly onRefuse?: (() => void) | undefined;
  /** How often that was so. The person is brought to the notice with each. */
  readonly refusals?: number;
  readonly explanation: ReactNode;
  readonly children: ReactNode;
}

interface Before {
  readonly active: Element | null;
  /** Set when the person is in the content. */
  readonly place: PersonPlace | null;
  /** Whether the person is on the notice, or on the gate itself. */
  readonly onNotice: boolean;
  readonly scroll: ScrollToOptions;
  readonly space: Space | null;
}

// React 19 takes a boolean; 18 knows no such property and passes on a string only.
const inert = { inert: parseInt(version) < 19 ? '' : true } as { inert: boolean };

/**
 * Not `display: none`: what measures itself, as a virtualized list, would find that it has no room and drop its rows, with what was
 * typed into them. Contents that the browser skips keep their layout. Where it does not know that, they are invisible and take no room.
 */
const hiding: CSSProperties = {
  display: 'block',
  contentVisibility: 'hidden',
  visibility: 'hidden',
  blockSize: 0,
  minBlockSize: 0,
  overflow: 'hidden',
};

/** Chromium crashes where something is dragged in contents that it skips: a slider of MUI, for one. */
const hidingWhilePressed: CSSProperties = { ...hiding, contentVisibility: 'visible' };

/** Inline, what is out of sight must not take the place of a word. */
const gone: CSSProperties = { display: 'none' };

/** An element without a box. Its children are laid out as if it were not there, as items of a flexible toolbar for one. */
export const noBox: CSSProperties = { display: 'contents' };

/**
 * The content of a gate, and what a person keeps of it while it is closed: what they did in it, where they were, and the room
 * that it took. A class, for React tells nothing else the moment before it changes the page; afterwards focus is lost.
 */
export class GatePlace extends Component<GatePlaceProps> {
  private readonly content = createRef<HTMLDivElement>();
  private readonly signal = createGateSignal(this.props.gate);
  private readonly guard = createGuard();
  private readonly forms = createFormGuard(() => this.props.onRefuse?.());
  private readonly portals = createPortals();
  private readonly media = createMediaPause();
  private readonly modals = createModalSuspension();
  private readonly notes = createModalNotes();
  /** The last element of the content that took focus. It may be in a portal, where only React's events tell. */
  private focused: Element | null = null;
  /** Where the person was when the gate took focus away, until it is given back or they go elsewhere. */
  private left: PersonPlace | null = null;
  private stopListening = () => {};
  private stopFollowing = () => {};
  private stopWaiting = () => {};
  private stopKeeping = () => {};
  /** Whether a modal dialog did not close when the person asked for it, and is hidden until the gate opens. */
  private stuck = false;
  private reopenDialogs: (() => void) | null = null;
  private scroll: ScrollToOptions | null = null;
  /** What the gate took when it was open. */
  private space: Space | null = null;
  private reserved: ReservedSpace | null = null;

  override componentDidMount(): void {
    // React has not set the ref of the root yet.
    const content = this.content.current;
    this.stopListening = this.modals.attach(content?.ownerDocument ?? document);
    for (const element of [content, content?.parentElement]) if (element) applyNoBox(element);
  }

  override getSnapshotBeforeUpdate({ now }: GatePlaceProps): Before | null {
    const { keepsSize = true, contentAs = 'div' } = this.props;
    const root = this.props.root.current;
    if (now === this.props.now || !root) return null;
    if (now === 'open') this.reserved?.finish();
    const active = activeElementAt(root);
    const inContent = active && (active === this.focused || this.content.current?.contains(active));
    return {
      active,
      place: inContent ? rememberPlace(active) : null,
      onNotice: !inContent && root.contains(active),
      scroll: { left: window.scrollX, top: window.scrollY, behavior: 'instant' },
      space: now === 'open' && keepsSize && contentAs === 'div' ? measureSpace(root) : null,
    };
  }

  override componentDidUpdate(previous: GatePlaceProps, _state: unknown, before: Before | null): void {
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
    this.guard.open();
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

  override render(): ReactNode {
    const {
      now,
      mounted,
      effects,
      contentAs = 'div',
      boxless,
      label,
      noticeId,
      explanation,
      children,
    } = this.props;
    const hidden = isHiding(now);
    // They differ in what may stand where, and in nothing that is used here.
    const Content = contentAs as 'div';
    const style = hidden
      ? contentAs === 'div'
        ? this.guard.isPressed()
          ? hidingWhilePressed
          : hiding
        : gone
      : contentAs === 'span' || (boxless && now === 'open')
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
            {...(isGuarding(now) && { role: 'group', 'aria-label': label, 'aria-describedby': noticeId })}
            {...this.guard.handlers}
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
    if (at && isLost(at)) this.leave(rememberPlace(at as HTMLElement));
  };

  private readonly onFocus = (event: FocusEvent): void => {
    if (event.target.closest('[data-maintenance-modal-note]')) return;
    this.focused = event.target;
    if (isGuarding(this.props.now)) uncover(event.target, this.props.notice.current);
  };

  /** Does with what is there what the gate does now: children may come, and hydrate, later than the gate. */
  private readonly applyReach = (): void => {
    this.applyNotes();
    this.applyGuard();
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
    // What React cleans up frees the page by itself.
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

  private applyGuard(): void {
    const { now } = this.props;
    const content = this.content.current;
    this.forms.open();
    this.guard.open();
    if (!content || now === 'open') return;
    this.guard.close({
      content,
      inSight: isGuarding(now),
      reason: this.props.notice.current,
      keepsLinks: now === 'read-only',
      hasModal: this.notes.any,
    });
    // A portal stays where it is, with the focus, unless React can hide it.
    if (this.focused && !content.contains(this.focused)) this.guard.lock(this.focused);
  }

  private applyForms(): void {
    const { now, onRefuse } = this.props;
    const content = this.content.current;
    if (!content || now === 'open' || now === 'pending' || !onRefuse) return;
    this.forms.close({
      content,
      hiddenPortals: this.portals.hidden,
      isMadeReadOnly: this.guard.madeReadOnly,
    });
  }

  private explainRefusal(): void {
    const { refusals, root } = this.props;
    const active = root.current && activeElementAt(root.current);
    // Of several gates that refuse the same form, the first is the one.
    if (!refusals || (active && isParked(active))) return;
    if (active && !isNowhere(active)) this.leave(rememberPlace(active));
    else this.park();
  }

  private applyDialogs(place: PersonPlace | null): void {
    const { now } = this.props;
    if (now === 'open' || now === 'read-only') {
      this.reopenDialogs?.();
      this.reopenDialogs = null;
    } else {
      this.reopenDialogs ??= putAwayDialogs(this.content.current, this.focused, place);
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
      isGuarding(now) && notice.current !== null,
    );
  }

  private repairFocus({ active, place, onNotice }: Before): void {
    if (place && isLost(place.element)) this.leave(place);
    else if (place && isGuarding(this.props.now)) this.stopKeeping = this.keepFocus(place);
    else if (this.left && !place) this.giveBack();
    else if (onNotice && active && isLost(active) && this.isPersonNowhere()) this.park();
  }

  private leave(place: PersonPlace): void {
    this.left = place;
    leave(place);
    this.follow();
    this.park();
  }

  private isPersonNowhere(): boolean {
    const { current } = this.props.root;
    return !current || isNowhere(activeElementAt(current));
  }

  /** An editor or a field may follow the gate, and by that lose the focus that it has. */
  private keepFocus(place: PersonPlace): () => void {
    const { element } = place;
    const observer = new window.MutationObserver(() => {
      const active = activeElementAt(element);
      const has = active === element;
      if (has ? canKeepFocus(element) : !isNowhere(active)) return;
      if (element.matches(':disabled')) return this.leave(place);
      if (!canKeepFocus(element)) element.setAttribute('tabindex', '0');
      if (!has) returnTo(place);
    });
    observer.observe(element, { attributeFilter: ['contenteditable', 'disabled', 'tabindex'] });
    return () => observer.disconnect();
  }

  /** Gives focus back, or keeps the place until that can be: a gate around this one may still be closed, an editor not editable yet. */
  private giveBack(): void {
    const { now, root, notice } = this.props;
    if (!this.left || !root.current) return;
    const active = activeElementAt(root.current);
    const waits =
      isNowhere(active) ||
      !active ||
      isParked(active) ||
      isLost(active) ||
      notice.current?.contains(active) === true;
    if (!waits || returnTo(this.left)) return this.forget();
    if (!active || isNowhere(active) || isLost(active)) this.park();
    if (now === 'open') this.wait();
  }

  /** Brings the person to what explains where their place went. */
  private park(): void {
    const { label, root, notice, onArrive } = this.props;
    if (!root.current) return;
    // A gate inside may be closed after this one reopened.
    const inner = this.left?.element.closest(
      '[data-maintenance-gate][data-maintenance-state=closed] > [data-maintenance-content]',
    );
    const explanation =
      inner && this.content.current?.contains(inner) ? inner.nextElementSibling : notice.current;
    if (explanation && settleOn(explanation as HTMLElement)) {
      if (explanation === notice.current) onArrive?.();
    } else if (!settleOn(root.current, label) && !settleInside(root.current)) this.wait();
  }

  /** Forgets the place when the person goes elsewhere. */
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

  /** Tries again with every change of the page that may make it possible. */
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

  /** A gate that unmounts while the person is on its notice takes the notice along. */
  private leaveNobodyBehind(): void {
    const content = this.content.current;
    // React has emptied the ref of the root by now.
    const root = (content ?? this.props.notice.current)?.parentElement;
    const active = root && activeElementAt(root);
    if (!active || !root.contains(active) || content?.contains(active)) return;
    const ancestors: Element[] = [];
    for (let at = root.parentElement; at; at = at.parentElement) ancestors.push(at);
    queueMicrotask(() => {
      if (isNowhere(root.ownerDocument.activeElement)) settleNear(ancestors);
    });
  }
}

/** A content security policy may have the browser ignore the style in the server's HTML. Scripts may set it. */
function applyNoBox(element: HTMLElement): void {
  if (element.getAttribute('style') === 'display:contents') Object.assign(element.style, noBox);
}

/** Whether nothing of the content can be seen. */
function isHiding(now: GateState | 'pending'): boolean {
  return now === 'replace' || now === 'hide' || now === 'pending';
}

/** Whether a person can pause it. */
function isMediaReachable(media: HTMLMediaElement, now: GateState | 'pending'): boolean {
  if (!isGuarding(now)) return false;
  return media.controls || media.muted || media.closest('[data-maintenance-allow]') !== null;
}

/** Whether the content can be read and reached, but neither changed nor set off. */
function isGuarding(now: GateState | 'pending'): boolean {
  return now === 'disable' || now === 'read-only';
}

/** Tells that what is beside it is there, and alive: it may hydrate later than what is around it. */
function Arrival({ onArrive }: { onArrive: () => void }): null {
  useEffect(onArrive, [onArrive]);
  return null;
}

/** A DOM for tests reports a call of `scrollTo` as not implemented: it is called only where the page has moved. */
function scrollBack(to: ScrollToOptions): void {
  if (window.scrollX !== to.left || window.scrollY !== to.top) window.scrollTo(to);
}
