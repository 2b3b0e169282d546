'use client';
import { forwardRef, useId, type ComponentPropsWithoutRef } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { noticeTexts } from './noticeTexts.js';

interface MaintenanceNoticeProps extends ComponentPropsWithoutRef<'section'> {
  readonly state: Maintenance<FeatureKey>;
  /** What people call what is affected. Default: the label of the state's feature. */
  readonly label?: string;
  readonly headingLevel: 2 | 3 | 4 | 5 | 6;
}

/** What the gate and the banner say: a named section with a heading, the details, and the operator's link. */
export const MaintenanceNotice: React.ForwardRefExoticComponent<
  MaintenanceNoticeProps & React.RefAttributes<HTMLElement>
> = forwardRef(function MaintenanceNotice({ state, label, headingLevel, children, ...rest }, ref) {
  const { store, settings } = useMaintenanceContext('<MaintenanceNotice>');
  const id = useId();
  const { title, details } = noticeTexts(state, label ?? store.labelOf(state.feature), settings.messages);
  const Heading = `h${headingLevel}` as const;
  return (
    <section ref={ref} aria-labelledby={id} data-maintenance-notice={state.mode} {...rest}>
      <Heading id={id}>{title}</Heading>
      {details ? <p>{details}</p> : null}
      {state.notice?.link ? (
        <p>
          <a href={state.notice.link.href}>{state.notice.link.text}</a>
        </p>
      ) : null}
      {children}
    </section>
  );
});
