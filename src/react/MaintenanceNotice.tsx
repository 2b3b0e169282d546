'use client';
import { forwardRef, useId, type ComponentPropsWithoutRef } from 'react';
import type { Maintenance, Mode } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { attributesOf, shortTitleOf } from './describeState.js';
import { fillMessage, languageMarks, listFeatures, plain, subjectOf, type Wording } from './fillMessage.js';
import { NoticeBody, renderLink, type NoticeSlots } from './NoticeBody.js';
import { useNoticeTexts } from './useNoticeTexts.js';
import { useNotices } from './useNotices.js';

interface MaintenanceNoticeProps extends ComponentPropsWithoutRef<'section'>, NoticeSlots {
  readonly state: Maintenance<FeatureKey>;
  /** The features that it is about. Default: the state's own. */
  readonly features?: readonly FeatureKey[];
  /** The mode of a maintenance that is over. */
  readonly ended?: Mode | undefined;
  /** As one line among others, in this element, with little more than that it does not work. */
  readonly inline?: 'section' | 'span' | 'g' | undefined;
  readonly headingLevel: 2 | 3 | 4 | 5 | 6;
  /** Whether what a person did there is still there. Default false. */
  readonly kept?: boolean | undefined;
}

/**
 * What the gate and the banner say: a heading, the details, and the operator's link, in a group of that name. It is no landmark
 * by itself: many gates may be closed at once, and landmarks have to be few and of different names.
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
    // The language of an attribute is the one of its element. In a name of two languages, the title's counts.
    const { lang } = title;
    const shortLang = short.lang ?? (lang && settings.locale);
    // They differ in what may stand where, and in nothing that is used here.
    const Root = inline as 'section';
    const Text = inline === 'g' ? 'text' : 'span';
    const target = inline === 'section' && state.notice?.link;
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
        <Text
          key={short.text}
          data-maintenance-title=""
          {...languageMarks({ lang: shortLang })}
          {...(inline === 'g' && { y: '1em' })}
        >
          {short.text}
        </Text>
        {target && <span key={`${target.href} ${target.text}`}> {(link ?? renderLink)(target)}</span>}
        {inline !== 'g' && children}
      </Root>
    );
  }
  const Heading = `h${headingLevel}` as const;
  return (
    <section
      ref={ref}
      role="group"
      // A name of one's own counts only where no element gives one.
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
