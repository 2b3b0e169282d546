'use client';
import {
  Component,
  createRef,
  useEffect,
  version,
  type FocusEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { createGuard } from './createGuard.js';
import { holdRoom, type Room } from './holdRoom.js';
import { KeptMounted } from './KeptMounted.js';
import { isLost, leave, rememberPlace, returnTo, settleOn, type PersonPlace } from './personPlace.js';
import { putAwayDialogs } from './putAwayDialogs.js';
import { uncover } from './uncover.js';
import type { GateState } from './useGate.js';

interface GatePlaceProps {
  readonly now: GateState | 'pending';
  /** Whether the children have a reason to be there: a gate closed from the start mounts nothing. */
  readonly mounted: boolean;
  /** Whether the place stays as large as it was; else the page scrolls back when the content returns. Default true. */
  readonly keepsSize?: boolean;
  readonly label: string;
  readonly root: RefObject<HTMLElement | null>;
  readonly notice: RefObject<HTMLElement | null>;
  readonly noticeId: string | undefined;
  /** Called when the person is brought to the notice. */
  readonly onArrive?: (() => void) | undefined;
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
  readonly room: Room;
}

// React 19 takes a boolean; 18 knows no such property and passes on a string only.
const inert = { inert: parseInt(version) < 19 ? '' : true } as { inert: boolean };

/**
 * The content of a gate, and what a person keeps of it while it is closed: what they did in it, where they were, and the room
 * that it took. A class, for React tells nothing else the moment before it changes the page; afterwards focus is lost.
 */
export class GatePlace extends Component<GatePlaceProps> {
  private readonly content = createRef<HTMLDivElement>();
  private readonly guard = createGuard();
  /** The last element of the content that took focus. It may be in a portal, where only React's events tell. */
  private focused: Element | null = null;
  private left: PersonPlace | null = null;
  private reopenDialogs: (() => void) | null = null;
  private scroll: ScrollToOptions | null = null;
  /** What the gate took when it was open. */
  private room: Room | null = null;
  private releaseRoom: (() => void) | null = null;

  override getSnapshotBeforeUpdate({ now }: GatePlaceProps): Before | null {
    const root = this.props.root.current;
    if (now === this.props.now || !root) return null;
    // Whatever has focus has a method for it.
    const active = (root.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
    const inContent = active && (active === this.focused || this.content.current?.contains(active));
    const { blockSize, inlineSize } = getComputedStyle(root);
    return {
      active,
      place: inContent ? rememberPlace(active) : null,
      onNotice: !inContent && root.contains(active),
      scroll: { left: scrollX, top: scrollY, behavior: 'instant' },
      room: { blockSize, inlineSize },
    };
  }

  override componentDidUpdate(previous: GatePlaceProps, _state: unknown, before: Before | null): void {
    if (!before) return;
    this.applyGuard();
    this.applyDialogs(before.place);
    const { now, keepsSize = true } = this.props;
    if (previous.now === 'open') this.room = before.room;
    if (keepsSize) this.applyRoom();
    this.repairFocus(before);
    if (previous.now === 'open') this.scroll = before.scroll;
    else if (now === 'open' && !keepsSize && this.scroll) scrollTo(this.scroll);
  }

  override componentWillUnmount(): void {
    this.guard.release();
  }

  override render(): ReactNode {
    const { now, mounted, label, noticeId, explanation, children } = this.props;
    const hidden = now === 'replace' || now === 'hide' || now === 'pending';
    const guards = isGuarding(now);
    return (
      <>
        {mounted ? (
          <div
            ref={this.content}
            data-maintenance-content=""
            {...(hidden && { hidden, style: { display: 'none' } })}
            {...(now === 'overlay' && inert)}
            {...(guards && {
              role: 'group',
              'aria-label': label,
              'aria-disabled': true,
              'aria-describedby': noticeId,
            })}
            {...(now !== 'open' && this.guard.handlers)}
            onFocus={this.onFocus}
          >
            <KeptMounted hidden={hidden}>
              {children}
              <Arrival onArrive={this.applyGuard} />
            </KeptMounted>
          </div>
        ) : null}
        {explanation}
      </>
    );
  }

  private readonly onFocus = (event: FocusEvent): void => {
    this.focused = event.target;
    if (isGuarding(this.props.now)) uncover(event.target, this.props.notice.current);
  };

  private readonly applyGuard = (): void => {
    const { now } = this.props;
    const content = this.content.current;
    this.guard.release();
    if (!content || now === 'open') return;
    if (isGuarding(now)) this.guard.engage(content);
    // A portal stays where it is, with the focus, unless React can hide it.
    if (this.focused && !content.contains(this.focused)) this.guard.lock(this.focused);
  };

  private applyDialogs(place: PersonPlace | null): void {
    const { now } = this.props;
    if (now === 'open' || now === 'read-only') {
      this.reopenDialogs?.();
      this.reopenDialogs = null;
    } else {
      this.reopenDialogs ??= putAwayDialogs(this.content.current, this.focused, place);
    }
  }

  private applyRoom(): void {
    const { now, root, notice } = this.props;
    const content = this.content.current;
    this.releaseRoom?.();
    this.releaseRoom = null;
    if (now === 'open' || !root.current || !this.room) return;
    const explained = isGuarding(now) && notice.current !== null;
    this.releaseRoom = holdRoom(root.current, this.room, explained ? content : null);
  }

  private repairFocus({ active, place, onNotice }: Before): void {
    const { now, label, root, notice, onArrive } = this.props;
    const rest = () => {
      if (notice.current) {
        settleOn(notice.current);
        onArrive?.();
      } else if (root.current) settleOn(root.current, label);
    };
    if (place && isLost(place.element)) {
      this.left = place;
      leave(place);
      rest();
    } else if (!place) {
      const nowhere = !document.activeElement || document.activeElement === document.body;
      if ((onNotice || nowhere) && this.left && returnTo(this.left)) this.left = null;
      else if (onNotice && active && isLost(active)) rest();
    }
    if (now === 'open') this.left = null;
  }
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
