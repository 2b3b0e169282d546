'use client';
import type { ReactNode } from 'react';
import type { Maintenance, NoticeLink } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { Described } from './describeState.js';
import type { Line } from './fillMessage.js';

/** Content of the app in a notice. A function gets the state, with mode `none` if the notice says that the maintenance is over. */
export type NoticeSlot = ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);

/** The places in a notice that the app can fill. */
export interface NoticeSlots {
  /** Before the title, and hidden from assistive technology, where the title says it in words. */
  readonly icon?: NoticeSlot;
  /** After the texts, for example another way to get the task done. */
  readonly action?: NoticeSlot;
  /** Renders the operator's link, for example with the link component of a router. Default: `<a>`. */
  readonly link?: ((link: NoticeLink) => ReactNode) | undefined;
}

interface NoticeBodyProps extends NoticeSlots, Described {
  readonly state: Maintenance<FeatureKey>;
  readonly details: Line | null;
  /** The heading, with its text as key. */
  readonly children: ReactNode;
}

/** The content of all notices. */
export function NoticeBody(props: NoticeBodyProps): React.JSX.Element {
  const { state, ended, details, icon, action, link = renderLink, children } = props;
  const fill = (slot: NoticeSlot) =>
    typeof slot === 'function' ? slot(ended ? endedState(state) : state) : slot;
  const [shownIcon, shownAction] = [fill(icon), fill(action)];
  const target = ended ? undefined : state.notice?.link;
  return (
    <>
      {shownIcon ? (
        <span data-maintenance-icon="" aria-hidden="true">
          {shownIcon}
        </span>
      ) : null}
      {children}
      {details ? (
        <p key={details.text} data-maintenance-details="">
          {details.node}
        </p>
      ) : null}
      {target ? (
        <p key={`${target.href} ${target.text}`} data-maintenance-link="">
          {link(target)}
        </p>
      ) : null}
      {shownAction ? <div data-maintenance-action="">{shownAction}</div> : null}
    </>
  );
}

/** The state of a feature after its maintenance. */
export function endedState(state: Maintenance<FeatureKey>): Maintenance<FeatureKey> {
  return { ...state, mode: 'none', phase: 'none', canRead: true, canWrite: true };
}

export function renderLink({ href, text }: NoticeLink): ReactNode {
  return <a href={href}>{text}</a>;
}
