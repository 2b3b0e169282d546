'use client';
import { useEffect, useInsertionEffect, useRef } from 'react';
import { announcementText } from './announcementText.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { hideVisually } from './hideVisually.js';

// Whoever reads on to the end of the page should not find news of long ago.
const forgetMs = 10_000;

/**
 * The one live region of a provider (WCAG 4.1.3). It has to be there, empty, before there is something to say: nobody hears a
 * region that comes together with its text.
 */
export function Announcer(): React.JSX.Element {
  const { store, announcer, settings } = useMaintenanceContext('<Announcer>');
  const region = useRef<HTMLDivElement>(null);
  const latest = useRef(settings);
  useInsertionEffect(() => {
    latest.current = settings;
  });
  useEffect(() => {
    hideVisually(region.current);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const speak = (text: string) => {
      clearTimeout(timer);
      if (region.current) region.current.textContent = text;
      if (text) timer = setTimeout(speak, forgetMs, '');
    };
    const stop = announcer.start(
      (changes) => {
        const text = announcementText(changes, latest.current, store);
        if (text) speak(text);
      },
      () => speak(''),
    );
    return () => {
      stop();
      speak('');
    };
  }, [announcer, store]);

  return (
    <div ref={region} role="status" aria-live="polite" aria-atomic="true" data-maintenance-announcer="" />
  );
}
