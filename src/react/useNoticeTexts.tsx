'use client';
import { useSyncExternalStore } from 'react';
import type { FeatureKey } from '../core/defineFeatures.js';
import { detailsOf, prefixOf, titleOf, type Described } from './describeState.js';
import {
  concatenate,
  fillMessage,
  languageMarks,
  listFeatures,
  plain,
  subjectOf,
  type Line,
  type Wording,
} from './fillMessage.js';
import { formatDistance, formatInstant } from './formatInstant.js';
import { hideVisually } from './hideVisually.js';
import type { Messages } from './messages.js';
import type { MaintenanceSettings } from './settings.js';
import { useNotices } from './useNotices.js';

/** The two lines of a notice. */
export interface NoticeTexts {
  readonly title: Line;
  readonly details: Line | null;
}

interface NoticeTextsOptions {
  /** Whether typed text is kept. Only then the notice says so. */
  readonly kept: boolean;
  /** The built-in title, if it is not the default one for the state. */
  readonly title?: keyof Messages;
  /** The first built-in sentence after the title. */
  readonly first?: keyof Messages | undefined;
}

/**
 * The texts for a state: those of the operator, or else the built-in ones. Times are updated every minute.
 */
export function useNoticeTexts(
  described: Described,
  features: readonly FeatureKey[],
  options: NoticeTextsOptions,
): NoticeTexts {
  const { store, settings, minutes } = useNotices('<MaintenanceNotice>');
  const { startsAt, endsAt, phase } = described.state;
  const hasTime = startsAt !== undefined || endsAt !== undefined;
  const now = useSyncExternalStore(
    hasTime ? minutes.subscribe : never,
    hasTime ? minutes.get : notYet,
    notYet,
  );

  const { labels, count } = subjectOf(features, store, settings.locale);
  const notice = described.ended ? null : described.state.notice;
  const values = {
    features: (wording: Wording) => plain(listFeatures(wording, labels)),
    start: (wording: Wording) => timeLine(startsAt, wording, settings, now),
    end: (wording: Wording) => timeLine(endsAt, wording, settings, now),
  };
  const fill = (key: keyof Messages) => fillMessage(settings, key, values, count);
  const keys = notice?.message
    ? phase === 'overdue'
      ? ['overdue' as const]
      : []
    : [options.first ?? [], detailsOf(described, options.kept)].flat();
  const sentences = [
    notice?.message ? operatorText(notice.message, notice.messageLang) : [],
    keys.map(fill),
  ].flat();
  const spaced = sentences.flatMap((sentence, index) => (index ? [fill('space'), sentence] : [sentence]));
  return {
    title: notice?.title
      ? {
          ...concatenate([
            heardOnly(fill(prefixOf(described.state))),
            operatorText(notice.title, notice.titleLang),
          ]),
          lang: notice.titleLang,
        }
      : fill(options.title ?? titleOf(described)),
    details: spaced.length ? concatenate(spaced) : null,
  };
}

/**
 * An instant in the viewer's time zone, with its distance from now. The server knows neither the viewer's zone nor the present time. So the
 * server and the first client render show the date in UTC, or in the provider's zone, and are equal.
 */
function timeLine(
  instant: number | undefined,
  wording: Wording,
  settings: MaintenanceSettings,
  now: number,
): Line {
  if (instant === undefined) return plain('');
  const { locale } = settings;
  const timeZone = settings.timeZone ?? (now ? undefined : 'UTC');
  const format = { ...settings, timeZone };
  const text = formatInstant(instant, format, now || undefined);
  const time = {
    text,
    node: (
      // It may have another text direction. The server may have other names of zones and months than the browser.
      <time
        dateTime={new Date(instant).toISOString()}
        dir="auto"
        lang={wording.locale === locale ? undefined : locale}
        suppressHydrationWarning
      >
        {text}
      </time>
    ),
  };
  const distance = now && formatDistance(instant, format, now);
  if (!distance) return time;
  return fillMessage(settings, 'relative', { time: () => time, relative: () => plain(distance) });
}

/**
 * A text that an operator wrote, isolated from the text direction around it. `lang` is its language, if it is not that of the page (WCAG
 * 3.1.2).
 */
function operatorText(text: string, lang: string | undefined): Line {
  return {
    text,
    lang,
    node: <bdi {...languageMarks({ lang })}>{text}</bdi>,
  };
}

function heardOnly({ text, node, lang }: Line): Line {
  return { lang, text: `${text} `, node: <span ref={hideVisually}>{node} </span> };
}

const notYet = () => 0;
const never = () => notYet;
