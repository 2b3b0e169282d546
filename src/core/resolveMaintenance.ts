import { compareSeverity } from './compareSeverity.js';
import type { FlagReading } from './FlagReading.js';
import { localize } from './localize.js';
import { operational, type Maintenance, type Phase } from './Maintenance.js';
import { stageAt, type MaintenanceWindow } from './MaintenanceWindow.js';

/** The state of a feature at an instant: the worst that its causes say; of equally bad ones the first. */
export function resolveMaintenance<F extends string>(
  feature: F,
  causes: readonly FlagReading<F>[],
  now: number,
  jitter: () => number,
  locale: string,
): Maintenance<F> {
  let worst = operational(feature);

  function consider(cause: F, window: MaintenanceWindow | undefined | null, phase?: Phase): void {
    if (!window) return;
    phase ??= stageAt(window, now, jitter).phase;
    if (phase === 'none') return;
    const state = maintenanceOf(feature, cause, window, phase, locale);
    if (compareSeverity(state, worst) < 0) worst = state;
  }

  for (const { feature: cause, window, reopening } of causes) {
    consider(cause.key, window);
    consider(cause.key, reopening?.window, reopening?.phase);
  }
  return worst;
}

function maintenanceOf<F extends string>(
  feature: F,
  cause: F,
  window: MaintenanceWindow,
  phase: Phase,
  locale: string,
): Maintenance<F> {
  const upcoming = phase === 'scheduled';
  const mode = upcoming ? 'none' : window.mode;
  const title = localize(window.title, locale);
  const message = localize(window.message, locale);
  const { link, startsAt, endsAt } = window;
  return {
    feature,
    mode,
    phase,
    ...(upcoming && { upcomingMode: window.mode }),
    canRead: mode !== 'down',
    canWrite: mode === 'none' || mode === 'degraded',
    cause,
    notice:
      title || message || link
        ? { ...(title && { title }), ...(message && { message }), ...(link && { link }) }
        : null,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    windowId: window.id,
  };
}
