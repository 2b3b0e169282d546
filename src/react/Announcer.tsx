'use client';
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { announcementText } from './announcementText.js';
import type { Voice } from './createAnnouncer.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { hideVisually } from './hideVisually.js';
import { modalOver } from './modalOver.js';

// Whoever reads on to the end of the page should not find news of long ago.
const forgetMs = 10_000;
// A region that is new has to be there for a moment before it speaks.
const noticedMs = 200;

/**
 * The one live region of a store (WCAG 4.1.3), however many providers share it. It has to be there, empty, before there is something
 * to say: nobody hears a region that comes together with its text.
 */
export function Announcer(): React.JSX.Element | null {
  const { store, announcer, settings } = useMaintenanceContext('<Announcer>');
  const { announcements } = settings;
  const region = useRef<HTMLDivElement>(null);
  /** The one that stands in for it while a modal dialog is open. */
  const modalRegion = useRef<Element>(null);
  const latest = useRef(settings);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useInsertionEffect(() => {
    latest.current = settings;
  });
  const voice = useMemo((): Voice => {
    const put = (where: Element, text: string) => {
      where.textContent = text;
      timer.current = setTimeout(() => say(''), forgetMs);
    };
    const say = (text: string) => {
      const { current } = region;
      clearTimeout(timer.current);
      if (!current) return;
      current.textContent = '';
      modalRegion.current?.remove();
      modalRegion.current = null;
      const modal = text && modalOver(current);
      if (modal) {
        const inside = newRegion(modal);
        modalRegion.current = inside;
        timer.current = setTimeout(put, noticedMs, inside, text);
      } else if (text) put(current, text);
    };
    return {
      announcements,
      speak(changes) {
        const text = announcementText(changes, latest.current, store);
        if (text) say(text);
      },
      say,
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
      modalRegion.current?.remove();
      modalRegion.current = null;
    };
  }, [speaks]);

  if (!speaks) return null;
  return (
    <div ref={region} role="status" aria-live="polite" aria-atomic="true" data-maintenance-announcer="" />
  );
}

function newRegion(modal: Element): Element {
  const region = modal.ownerDocument.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('aria-atomic', 'true');
  region.setAttribute('data-maintenance-announcer', '');
  hideVisually(region);
  modal.append(region);
  return region;
}
