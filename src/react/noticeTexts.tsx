import type { ReactNode } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import { fillMessage } from './fillMessage.js';
import type { Messages } from './messages.js';
import { Time } from './Time.js';

/** The two lines of a notice. */
export interface NoticeTexts {
  readonly title: ReactNode;
  readonly details: ReactNode;
}

/** What to say of a state: the operator's words where there are some, else the built-in ones. */
export function noticeTexts(state: Maintenance, label: string, messages: Messages): NoticeTexts {
  const { notice, startsAt, endsAt, phase } = state;
  const values = {
    feature: label,
    start: startsAt !== undefined && <Time instant={startsAt} />,
    end: endsAt !== undefined && <Time instant={endsAt} />,
  };
  const title = notice?.title ?? fillMessage(messages[titleKey(state)], values);
  const details = notice?.message ?? fillMessage(detailsOf(state, messages), values);
  return {
    title,
    details: phase === 'overdue' && notice?.message ? [details, ' ', messages.overdue] : details,
  };
}

type TitleKey = Exclude<keyof Messages, 'more' | 'dismiss' | 'over' | 'overdue' | 'later' | 'kept'>;

function titleKey({ mode, upcomingMode, phase, endsAt }: Maintenance): TitleKey {
  switch (upcomingMode) {
    case 'down':
      return 'scheduledDown';
    case 'read-only':
      return 'scheduledReadOnly';
    case 'degraded':
      return 'scheduledDegraded';
  }
  const kind = mode === 'read-only' ? 'readOnly' : mode === 'degraded' ? 'degraded' : 'down';
  return phase === 'active' && endsAt !== undefined ? `${kind}Until` : kind;
}

function detailsOf({ phase, mode, endsAt }: Maintenance, messages: Messages): string {
  if (phase === 'scheduled') return endsAt === undefined ? messages.kept : messages.scheduledUntil;
  if (phase === 'overdue') return messages.overdue;
  if (mode === 'degraded') return '';
  return endsAt === undefined ? `${messages.later} ${messages.kept}` : messages.kept;
}
