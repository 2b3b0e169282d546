'use client';
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { announcementText } from './announcementText.js';
import type { Voice } from './createAnnouncer.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { hideVisually } from './hideVisually.js';

// Whoever reads on to the end of the page should not find news of long ago.
const forgetMs = 10_000;

/**
 * The one live region of a store (WCAG 4.1.3), however many providers share it. It has to be there, empty, before there is something
 * to say: nobody hears a region that comes together with its text.
 */
export function Announcer(): React.JSX.Element | null {
  const { store, announcer, settings } = useMaintenanceContext('<Announcer>');
  const { announcements } = settings;
  const region = useRef<HTMLDivElement>(null);
  const latest = useRef(settings);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useInsertionEffect(() => {
    latest.current = settings;
  });
  const voice = useMemo((): Voice => {
    const say = (text: string) => {
      clearTimeout(timer.current);
      if (region.current) region.current.textContent = text;
      if (text) timer.current = setTimeout(say, forgetMs, '');
    };
    return {
      announcements,
      speak(changes) {
        const text = announcementText(changes, latest.current, store);
        if (text) say(text);
      },
      silence: () => say(''),
    };
  }, [announcements, store]);
  const speaks = useSyncExternalStore(
    announcer.subscribeSpeaker,
    () => announcer.maySpeak(voice),
    () => true,
  );
  useEffect(() => announcer.join(voice), [announcer, voice]);
  useEffect(() => {
    hideVisually(region.current);
    const element = region.current;
    return () => {
      clearTimeout(timer.current);
      if (element) element.textContent = '';
    };
  }, [speaks]);

  if (!speaks) return null;
  return (
    <div ref={region} role="status" aria-live="polite" aria-atomic="true" data-maintenance-announcer="" />
  );
}
