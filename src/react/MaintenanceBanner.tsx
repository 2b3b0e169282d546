'use client';
import { forwardRef, useState, type ComponentPropsWithoutRef } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import { fillMessage } from './fillMessage.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { MaintenanceNotice } from './MaintenanceNotice.js';
import { useMaintenance } from './useMaintenance.js';

/** Everything else goes to the banner's element. */
export interface MaintenanceBannerProps extends Omit<ComponentPropsWithoutRef<'section'>, 'children'> {
  /** The level of its heading. Default 2. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined;
}

/**
 * Tells the people who are affected what does not work, the worst first: upcoming, under way, taking longer, and over. It
 * renders nothing for everybody else. Put it before the page's `h1`.
 *
 * @throws `no-provider`, in development.
 * @example
 * <MaintenanceBanner />
 */
export const MaintenanceBanner: React.ForwardRefExoticComponent<
  MaintenanceBannerProps & React.RefAttributes<HTMLElement>
> = forwardRef(function MaintenanceBanner({ headingLevel = 2, ...rest }, ref) {
  const { store, settings } = useMaintenanceContext('<MaintenanceBanner>');
  // What a feature suffers through another is that other one's news.
  const causes = useMaintenance().filter(({ feature, cause }) => feature === cause);
  const [ended, setEnded] = useEnded(causes);
  const [worst] = causes;
  const { messages } = settings;
  if (worst) {
    return (
      <MaintenanceNotice
        ref={ref}
        state={worst}
        headingLevel={headingLevel}
        data-maintenance-banner=""
        data-maintenance-phase={worst.phase}
        {...rest}
      >
        {causes.length > 1 ? <p>{fillMessage(messages.more, { count: causes.length - 1 })}</p> : null}
      </MaintenanceNotice>
    );
  }
  if (!ended) return null;
  const Heading = `h${headingLevel}` as const;
  return (
    <section ref={ref} data-maintenance-banner="" data-maintenance-phase="over" {...rest}>
      <Heading>{fillMessage(messages.over, { feature: store.labelOf(ended) })}</Heading>
      <button type="button" onClick={() => setEnded(null)}>
        {messages.dismiss}
      </button>
    </section>
  );
});

/** The feature whose maintenance was seen and is over now. */
function useEnded(
  causes: readonly Maintenance<FeatureKey>[],
): [FeatureKey | null, (ended: FeatureKey | null) => void] {
  const [ended, setEnded] = useState<FeatureKey | null>(null);
  const [seen, setSeen] = useState<FeatureKey | null>(null);
  const current = causes.find(({ mode }) => mode !== 'none')?.feature ?? null;
  if (current !== seen) {
    setSeen(current);
    setEnded(causes.length ? null : seen);
  }
  return [ended, setEnded];
}
