'use client';
import { Component, createRef, version, type FocusEvent, type ReactNode, type RefObject } from 'react';
import { createGuard } from './createGuard.js';
import { KeptMounted } from './KeptMounted.js';
import { isLost, rememberPlace, returnTo, settleOn, type PersonPlace } from './personPlace.js';
import { putAwayDialogs } from './putAwayDialogs.js';
import type { GateState } from './useGate.js';

interface GatePlaceProps {
  readonly now: GateState | 'pending';
  /** Whether the children have a reason to be there: a gate closed from the start mounts nothing. */
  readonly mounted: boolean;
  readonly label: string;
  readonly root: RefObject<HTMLElement | null>;
  readonly notice: RefObject<HTMLElement | null>;
  readonly noticeId: string | undefined;
  readonly explanation: ReactNode;
  readonly children: ReactNode;
}

interface Before {
  readonly active: Element | null;
  /** Set when the person is in the content. */
  readonly place: PersonPlace | null;
  readonly size: Readonly<Record<'min-block-size' | 'min-inline-size', string>>;
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
  private ownSize: Record<string, string> | null = null;

  override componentDidMount(): void {
    this.applyGuard();
  }

  override getSnapshotBeforeUpdate({ now }: GatePlaceProps): Before | null {
    const root = this.props.root.current;
    if (now === this.props.now || !root) return null;
    const active = (root.getRootNode() as Document | ShadowRoot).activeElement;
    const inContent =
      active instanceof HTMLElement && (this.content.current?.contains(active) || active === this.focused);
    const { blockSize, inlineSize } = getComputedStyle(root);
    return {
      active,
      place: inContent ? rememberPlace(active) : null,
      size: { 'min-block-size': blockSize, 'min-inline-size': `min(100%, ${inlineSize})` },
    };
  }

  override componentDidUpdate(previous: GatePlaceProps, _state: unknown, before: Before | null): void {
    if (!before) return;
    this.applyGuard();
    this.applyDialogs();
    this.applySize(previous.now === 'open' ? before.size : null);
    this.repairFocus(before);
  }

  override componentWillUnmount(): void {
    this.guard.release();
  }

  override render(): ReactNode {
    const { now, mounted, label, noticeId, explanation, children } = this.props;
    const hidden = now === 'replace' || now === 'hide' || now === 'pending';
    const guards = now === 'disable' || now === 'read-only';
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
            <KeptMounted hidden={hidden}>{children}</KeptMounted>
          </div>
        ) : null}
        {explanation}
      </>
    );
  }

  private readonly onFocus = (event: FocusEvent): void => {
    this.focused = event.target;
  };

  private applyGuard(): void {
    const { now } = this.props;
    this.guard.release();
    if (this.content.current && (now === 'disable' || now === 'read-only')) {
      this.guard.engage(this.content.current);
    }
  }

  private applyDialogs(): void {
    const { now } = this.props;
    if (now === 'open' || now === 'read-only') {
      this.reopenDialogs?.();
      this.reopenDialogs = null;
    } else {
      this.reopenDialogs ??= putAwayDialogs(this.content.current, this.focused);
    }
  }

  private applySize(size: Before['size'] | null): void {
    const style = this.props.root.current?.style;
    if (!style) return;
    if (size) {
      this.ownSize = { 'min-block-size': style.minBlockSize, 'min-inline-size': style.minInlineSize };
      for (const [name, value] of Object.entries(size)) style.setProperty(name, value);
    } else if (this.props.now === 'open') {
      for (const [name, value] of Object.entries(this.ownSize ?? {})) style.setProperty(name, value);
    }
  }

  private repairFocus({ active, place }: Before): void {
    const { now, label, root, notice } = this.props;
    const rest = () => {
      if (notice.current) settleOn(notice.current);
      else if (root.current) settleOn(root.current, label);
    };
    if (place && isLost(place.element)) {
      this.left = place;
      rest();
    } else if (!place) {
      const inPlace = root.current?.contains(active) || (active !== null && isLost(active));
      const nowhere = !active || active === document.body;
      if ((inPlace || nowhere) && this.left && returnTo(this.left)) this.left = null;
      else if (inPlace && active && isLost(active)) rest();
    }
    if (now === 'open') this.left = null;
  }
}
