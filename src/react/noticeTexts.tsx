import { Fragment, type ReactNode } from 'react';
import { detailsOf, prefixOf, titleOf, type Described } from './describeState.js';
import { fillMessage, listFeatures, type Subject, type Wording } from './fillMessage.js';
import type { Messages } from './messages.js';
import { Time } from './Time.js';
import { hideVisually } from './hideVisually.js';

/** The two lines of a notice. */
export interface NoticeTexts {
  readonly title: ReactNode;
  readonly details: ReactNode;
}

/**
 * What to say of a state: the operator's words where there are some, in whatever direction they are written, else the built-in
 * ones.
 */
export function noticeTexts(
  described: Described,
  { labels, count }: Subject,
  wording: Wording,
  builtIn: { readonly title?: keyof Messages; readonly first?: keyof Messages | undefined } = {},
): NoticeTexts {
  const { startsAt, endsAt, phase } = described.state;
  const notice = described.ended ? null : described.state.notice;
  const values = {
    features: listFeatures(wording, labels),
    start: startsAt !== undefined && <Time instant={startsAt} />,
    end: endsAt !== undefined && <Time instant={endsAt} />,
  };
  const fill = (key: keyof Messages) => fillMessage(wording, key, values, count);
  const keys = notice?.message
    ? phase === 'overdue'
      ? ['overdue' as const]
      : []
    : [builtIn.first ?? [], detailsOf(described)].flat();
  const sentences = [notice?.message ? <bdi>{notice.message}</bdi> : [], keys.map(fill)].flat();
  return {
    title: notice?.title ? (
      <>
        <span ref={hideVisually}>{fill(prefixOf(described.state))} </span>
        <bdi>{notice.title}</bdi>
      </>
    ) : (
      fill(builtIn.title ?? titleOf(described))
    ),
    details: sentences.length
      ? sentences.map((sentence, index) => (
          <Fragment key={index}>
            {index > 0 && fill('space')}
            {sentence}
          </Fragment>
        ))
      : null,
  };
}
