'use client';
import * as React from 'react';
import type { Spoken } from '../fillMessage.js';
import { createInteractionBlock } from './blockInteraction.js';
import { gatesOf } from './documentGates.js';
import { createFormValidation } from './formValidation.js';
import { createFocusKeeper, type FocusBefore } from './keepFocus.js';
import { closeModalDialogs, createModalNotes, createModalSuspension } from './modalDialogs.js';
import { createMediaPause } from './pauseMedia.js';
import { createPortals } from './portals.js';
import { measureSpace, reserveSpace, type ReservedSpace, type Space } from './reserveSpace.js';
import type { FocusPlace } from './restoreFocus.js';
import { createGateSignal, GateContext, type GateState } from './useGate.js';

/** The element around the children: one that is allowed in the gate. */
export type ContentElement = 'div' | 'span' | 'g';

interface GateContentProps {
  readonly now: GateState | 'pending';
  /** The value of `useGate` inside. */
  readonly gate: GateState;
  /** Whether to mount the children. A gate that is closed from the start mounts nothing. */
  readonly mounted: boolean;
  readonly effects: HiddenEffects;
  /** Whether the gate keeps its size while it is closed. If not, the page scrolls back when the gate opens. */
  readonly keepsSize: boolean;
  /** The element around the children. `div` keeps its size. The others are as large as what they show. */
  readonly contentAs: ContentElement;
  /** Whether the gate has no box while it is open (`display: contents`). */
  readonly boxless: boolean;
  /** Whether the gate is closed on a line with something else, where hidden content must not leave a gap. */
  readonly isOnLine?: boolean;
  /** Called when the gate closes and `isOnLine` has to change. */
  readonly onLineChange?: (isOnLine: boolean) => void;
  /** Whether React has hydrated the page. Until then there are no style attributes: a content security policy may forbid them in HTML. */
  readonly hydrated: boolean;
  readonly label: string;
  readonly root: React.RefObject<HTMLElement | null>;
  readonly notice: React.RefObject<HTMLElement | null>;
  readonly noticeId: string | undefined;
  /** The text of the button that closes a modal dialog of the children. Needed where a closed gate can leave a dialog visible. */
  readonly closeText?: () => Spoken;
  /** Called when focus moves to the notice. */
  readonly onArrive?: (() => void) | undefined;
  /** Called when a form was not sent because of a field in the children. */
  readonly onRefuse?: (() => void) | undefined;
  /** How often that happened. Each time, focus moves to the notice. */
  readonly refusals?: number;
  readonly explanation: React.ReactNode;
  readonly children: React.ReactNode;
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

/** The state of the page before React changes it. */
interface Before {
  readonly focus: FocusBefore;
  readonly scroll: ScrollToOptions;
  /** The size of an open gate. */
  readonly space: Space | null;
}

/**
 * The content of a gate. When the gate closes, it keeps the children mounted and does these steps, each of which the gate undoes when it
 * opens:
 *
 * 1. Before React changes the page, it remembers focus, scroll position and size (`getSnapshotBeforeUpdate`).
 * 2. It tells `useGate`.
 * 3. It takes the children out of reach (`reachSteps`): it explains modal dialogs, blocks controls, hides portals, pauses media, frees the
 *    page from hidden dialogs and checks forms.
 * 4. It closes modal `<dialog>` elements (`applyDialogs`).
 * 5. It keeps the size (`spaceSteps`).
 * 6. It repairs focus, and scrolls back.
 *
 * From step 3 on, the gates of a commit take turns (`DocumentGates`).
 *
 * It is a class because only `getSnapshotBeforeUpdate` runs before React changes the page. Afterwards focus is lost.
 */
export class GateContent extends React.Component<GateContentProps> {
  readonly #content = React.createRef<HTMLDivElement>();
  readonly #signal = createGateSignal(this.props.gate);
  readonly #notes = createModalNotes();
  readonly #block = createInteractionBlock();
  readonly #portals = createPortals();
  readonly #media = createMediaPause();
  readonly #modals = createModalSuspension();
  readonly #forms = createFormValidation(() => this.props.onRefuse?.());
  readonly #focus = createFocusKeeper(() => {
    const { root, notice, label, now, onArrive } = this.props;
    return {
      root: root.current,
      content: this.#content.current,
      notice: notice.current,
      label,
      isOpen: now === 'open',
      isBlocked: isBlocked(now),
      onArrive,
    };
  });
  #stopListening = () => {};
  /** Whether React has hidden the gate, in an `<Activity>` or because something suspended. */
  #wasHidden = false;
  /** Whether a modal dialog did not close when the person asked for it. It is hidden until the gate opens. */
  #stuck = false;
  #reopenDialogs: (() => void) | null = null;
  #scroll: ScrollToOptions | null = null;
  /** The space of the gate when it was open. */
  #space: Space | null = null;
  #reserved: ReservedSpace | null = null;

  override componentDidMount(): void {
    // React has not set the ref of the root yet.
    const content = this.#content.current;
    this.#stopListening = this.#modals.attach(this.#document);
    const { now, boxless, gate } = this.props;
    // React does not tell of changes while a gate is hidden.
    this.#signal.set(gate);
    // React sets the other refs after this.
    if (this.#wasHidden) queueMicrotask(this.#showAgain);
    // A content security policy may block style attributes in the server's HTML. Scripts may still set styles.
    for (const element of boxless && now === 'open' ? [content, content?.parentElement] : []) {
      if (element && !element.style.display) Object.assign(element.style, noBox);
    }
  }

  override getSnapshotBeforeUpdate({ now }: GateContentProps): Before | null {
    const { keepsSize, contentAs } = this.props;
    const root = this.props.root.current;
    if (now === this.props.now || !root) return null;
    const gates = gatesOf(root.ownerDocument);
    gates.expect();
    if (now === 'open') {
      this.#reserved?.finish();
      this.#modals.look(gates.hiddenModals());
    }
    return {
      focus: this.#focus.look(root),
      scroll: { left: window.scrollX, top: window.scrollY, behavior: 'instant' },
      space: now === 'open' && keepsSize && contentAs === 'div' ? measureSpace(root) : null,
    };
  }

  override componentDidUpdate(previous: GateContentProps, _state: unknown, before: Before | null): void {
    const { gate, refusals } = this.props;
    this.#signal.set(gate);
    if (refusals && refusals !== previous.refusals) this.#focus.bringToNotice();
    if (before) gatesOf(this.#document).change(this.#steps(before, previous.now === 'open'));
  }

  *#steps(before: Before, wasOpen: boolean): Generator<void> {
    const { now, keepsSize } = this.props;
    this.#stuck = false;
    yield* this.#reachSteps();
    // A gate that closes takes over the dialogs of one that opens.
    if (leavesDialogs(now)) yield;
    this.#applyDialogs(before.focus.place);
    if (wasOpen) {
      this.#space = before.space;
      // React renders again before the browser paints.
      this.props.onLineChange?.(before.space?.isOnLine ?? false);
    }
    yield* this.#spaceSteps();
    yield;
    this.#focus.repair(before.focus);
    if (wasOpen) this.#scroll = before.scroll;
    else if (now === 'open' && !keepsSize && this.#scroll) scrollBack(this.#scroll);
  }

  override componentWillUnmount(): void {
    this.#wasHidden = true;
    this.#stopListening();
    const steps = [this.#forms, this.#block, this.#notes, this.#modals, this.#media, this.#focus];
    for (const step of steps) step.release();
    gatesOf(this.#document).portals.release(this.#portals);
    this.#reserved?.finish();
  }

  override render(): React.ReactNode {
    const { now, mounted, effects, contentAs, label, noticeId, explanation, children } = this.props;
    const hidden = isHiding(now);
    // The elements differ only in where HTML allows them.
    const Content = contentAs as 'div';
    const style = this.#contentStyle();
    return (
      <>
        {mounted ? (
          <Content
            ref={this.#content}
            data-maintenance-content=""
            {...(style && { style })}
            {...((hidden || now === 'overlay') && inert)}
            {...(isBlocked(now) && { role: 'group', 'aria-label': label, 'aria-describedby': noticeId })}
            {...this.#block.handlers}
            {...this.#portals.handlers}
            onFocus={this.#focus.onFocus}
          >
            <GateContext.Provider value={this.#signal}>
              <KeptMounted hidden={hidden} effects={effects}>
                {children}
                <Arrival onArrive={this.#applyReach} />
              </KeptMounted>
            </GateContext.Provider>
          </Content>
        ) : null}
        {explanation}
      </>
    );
  }

  #contentStyle(): React.CSSProperties | undefined {
    const { now, contentAs, isOnLine, boxless, hydrated } = this.props;
    if (isHiding(now))
      return contentAs !== 'div' || isOnLine ? gone : this.#block.isPressed() ? hidingWhilePressed : hiding;
    return hydrated && (contentAs === 'span' || (boxless && now === 'open')) ? noBox : undefined;
  }

  readonly #showAgain = (): void => {
    const focus = { active: null, place: null, onNotice: false };
    gatesOf(this.#document).change(this.#steps({ focus, scroll: {}, space: this.#space }, false));
  };

  /** Applies the current state to the children. They may mount, and hydrate, later than the gate. */
  readonly #applyReach = (): void => {
    const steps = this.#reachSteps();
    while (!steps.next().done);
  };

  *#reachSteps(): Generator<void> {
    const { now } = this.props;
    const content = this.#content.current;
    this.#applyNotes();
    this.#applyBlock();
    const { portals } = gatesOf(this.#document);
    if (content && (isHiding(now) || this.#stuck)) portals.hide(this.#portals, content, this.#applyHidden);
    else portals.release(this.#portals);
    // The first gate that asks for its portals searches for all.
    yield;
    this.#applyHidden();
    if (content && now !== 'open' && now !== 'pending' && this.props.onRefuse) {
      this.#forms.close({ content, hiddenPortals: this.#hiddenPortals });
    }
  }

  get #document(): Document {
    return (this.#content.current ?? this.props.root.current)?.ownerDocument ?? window.document;
  }

  readonly #hiddenPortals = (): readonly Element[] => gatesOf(this.#document).portals.hidden(this.#portals);

  #applyNotes(): void {
    const { now, root, notice, closeText } = this.props;
    const content = this.#content.current;
    this.#notes.release();
    if (!content || !root.current || now === 'open' || isHiding(now) || this.#stuck || !closeText) return;
    this.#notes.apply({
      root: root.current,
      content,
      owns: this.#portals.owns,
      notice: notice.current,
      keepsLinks: now === 'read-only',
      closeText: closeText(),
      onStuck: () =>
        this.#focus.whileHiding(() => {
          this.#stuck = true;
          this.#applyReach();
        }),
    });
  }

  #applyBlock(): void {
    const { now, notice } = this.props;
    const content = this.#content.current;
    const focused = this.#focus.focused();
    this.#forms.release();
    this.#block.release();
    if (!content || now === 'open') return;
    this.#block.close({
      content,
      isReachable: isBlocked(now),
      reason: notice.current,
      keepsLinks: now === 'read-only',
      hasModal: this.#notes.any,
    });
    // A portal that is not hidden keeps focus.
    if (focused && !content.contains(focused)) this.#block.lock(focused);
  }

  /** Pauses media that nobody can reach, and frees the page from dialogs that nobody sees. */
  readonly #applyHidden = (): void => {
    const { now, effects, root } = this.props;
    const content = this.#content.current;
    const portals = this.#hiddenPortals();
    const hidden = content && now !== 'open' ? [content, ...portals] : [];
    this.#media.apply(hidden, (media) => isMediaReachable(media, now));
    // In full screen, nobody sees the notice.
    const { fullscreenElement: full } = this.#document;
    if (full && hidden.some((element) => element.contains(full)) && !isMediaReachable(full, now)) {
      this.#document.exitFullscreen().catch(() => {});
    }
    // When effects pause, the cleanup of a dialog frees the page.
    const isFree = effects === 'pause' && pausesEffects;
    const outOfReach = isHiding(now) || now === 'overlay' || this.#stuck;
    if (hidden.length && outOfReach && !isFree && root.current) this.#modals.suspend(root.current, hidden);
    else this.#modals.release();
  };

  #applyDialogs(place: FocusPlace | null): void {
    const { now } = this.props;
    if (leavesDialogs(now)) {
      this.#reopenDialogs?.();
      this.#reopenDialogs = null;
    } else {
      this.#reopenDialogs ??= closeModalDialogs(this.#content.current, this.#focus.focused(), place);
    }
  }

  *#spaceSteps(): Generator<void> {
    const { now, root, notice } = this.props;
    if (now === 'open') return this.#reserved?.release();
    this.#reserved?.finish();
    if (!root.current || !this.#space) return;
    const content = isHiding(now) ? null : this.#content.current;
    const sharesSpace = isBlocked(now) && notice.current !== null;
    this.#reserved = reserveSpace(root.current, this.#space, content, sharesSpace);
    yield* this.#reserved.steps();
  }
}

/** Whether the content is hidden. */
function isHiding(now: GateState | 'pending'): boolean {
  return now === 'replace' || now === 'hide' || now === 'pending';
}

/** Whether a person can pause the sound or video, or use the element that fills the screen. */
function isMediaReachable(media: Element & Partial<HTMLMediaElement>, now: GateState | 'pending'): boolean {
  if (!isBlocked(now)) return now === 'open';
  return media.controls || media.muted || media.closest('[data-maintenance-allow]') !== null;
}

/** Whether the content is visible and focusable, but cannot be changed or activated. */
function isBlocked(now: GateState | 'pending'): boolean {
  return now === 'disable' || now === 'read-only';
}

/** Whether modal `<dialog>` elements of the content stay open. */
function leavesDialogs(now: GateState | 'pending'): boolean {
  return now === 'open' || now === 'read-only';
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
