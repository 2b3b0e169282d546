'use client';
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { LiveRegion as Region } from './createPresence.js';
import { hideVisually } from './hideVisually.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

/**
 * The only live region of a store (WCAG 4.1.3), even if several providers share it. It must exist, empty, before there is something to
 * announce: screen readers do not announce a region that appears together with its text. The announcer sets its text.
 */
export function LiveRegion(): React.JSX.Element | null {
  const { presence, given } = useMaintenanceContext('<LiveRegion>');
  const { announcements } = given;
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(given);
  useInsertionEffect(() => {
    latest.current = given;
  });
  const region = useMemo(
    (): Region => ({ element: () => element.current, settings: () => latest.current, announcements }),
    [announcements],
  );
  const isUsed = useSyncExternalStore(
    presence.subscribe,
    () => (presence.region() ?? region) === region,
    () => true,
  );
  useEffect(() => presence.join(region), [presence, region]);
  useEffect(() => hideVisually(element.current), [isUsed]);

  if (!isUsed) return null;
  return (
    <div ref={element} role="status" aria-live="polite" aria-atomic="true" data-maintenance-announcer="" />
  );
}
