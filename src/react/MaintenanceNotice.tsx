'use client';
import {
  forwardRef,
  useId,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ReactNode,
} from 'react';
import type { Maintenance, Mode, NoticeLink } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
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
import {
  attributesOf,
  detailsOf,
  prefixOf,
  shortTitleOf,
  titleOf,
  type Described,
  type Messages,
} from './messages.js';
import type { MaintenanceSettings } from './settings.js';
import { useNotices } from './useNotices.js';

interface MaintenanceNoticeProps extends ComponentPropsWithoutRef<'section'>, NoticeSlots {
  readonly state: Maintenance<FeatureKey>;
  /** The features in the title. Default: the feature of the state. */
  readonly features?: readonly FeatureKey[];
  /** The mode of a maintenance that is over. */
  readonly ended?: Mode | undefined;
  /** The element of a short notice, which stands on a line with other things. Without it, the notice is a whole one. */
  readonly inline?: 'section' | 'span' | 'g' | undefined;
  readonly headingLevel: 2 | 3 | 4 | 5 | 6;
  /** Whether what the person did in the gate is kept. Default false. */
  readonly kept?: boolean | undefined;
}

/**
 * The notice of a gate or a banner: a heading, the details and the operator's link, in a group that is named by the heading. It is not a
 * landmark, because many gates may be closed at once, and a page must have few landmarks with different names.
 */
export const MaintenanceNotice: React.ForwardRefExoticComponent<
  MaintenanceNoticeProps & React.RefAttributes<HTMLElement>
> = forwardRef(function MaintenanceNotice(
  { state, features = [state.feature], ended, headingLevel, kept = false, inline, ...others },
  ref,
) {
  const { icon, action, link, children, ...rest } = others;
  const id = useId();
  const described = { state, ended };
  const { title, details } = useNoticeTexts(described, features, { kept });
  const { store, settings } = useNotices('<MaintenanceNotice>');
  if (inline) {
    const { labels, count } = subjectOf(features, store, settings.locale);
    const values = { features: (wording: Wording) => plain(listFeatures(wording, labels)) };
    const short = fillMessage(settings, shortTitleOf(state), values, count);
    const all = [title.text, details?.text].filter(Boolean).join('. ');
    // An attribute has the language of its element. If the name has two languages, use that of the title.
    const { lang } = title;
    const shortLang = short.lang ?? (lang && settings.locale);
    // The elements differ only in where HTML allows them.
    const Root = inline as 'section';
    const Text = inline === 'g' ? 'text' : 'span';
    const target = inline === 'section' ? state.notice?.link : undefined;
    const line = (
      <Text
        key={short.text}
        data-maintenance-title=""
        {...languageMarks({ lang: shortLang })}
        {...(inline === 'g' && { y: '1em' })}
      >
        {short.text}
      </Text>
    );
    return (
      <Root
        ref={ref}
        role="group"
        aria-label={all}
        data-maintenance-inline=""
        {...attributesOf(described)}
        {...languageMarks({ lang })}
        {...rest}
        {...(inline !== 'g' && { title: all })}
      >
        {inline === 'section' ? (
          // Firefox translates whole blocks. So this is a block, and it is keyed by its text.
          <div key={[short.text, target?.href, target?.text].join(' ')}>
            {line}
            {target && <span> {(link ?? renderLink)(target)}</span>}
          </div>
        ) : (
          line
        )}
        {inline !== 'g' && children}
      </Root>
    );
  }
  const Heading = `h${headingLevel}` as const;
  return (
    <section
      ref={ref}
      role="group"
      // `aria-labelledby` would override the app's own `aria-label`.
      aria-labelledby={rest['aria-label'] === undefined ? id : undefined}
      data-maintenance-notice=""
      {...attributesOf(described)}
      {...rest}
    >
      <NoticeBody {...described} {...{ icon, action, link, details }}>
        <Heading key={title.text} id={id} data-maintenance-title="">
          {title.node}
        </Heading>
      </NoticeBody>
      {children}
    </section>
  );
});

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

function renderLink({ href, text }: NoticeLink): ReactNode {
  return <a href={href}>{text}</a>;
}

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
