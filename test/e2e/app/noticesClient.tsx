import { hydrateRoot } from 'react-dom/client';
import { Notices } from './Notices.js';

declare global {
  interface Window {
    hydrate: typeof hydrate;
  }
}

/** Hydrates the HTML of a server, and tells what React had to repair and which times the person sees. */
async function hydrate(locale: string, now: number, html: string) {
  const host = document.createElement('div');
  host.lang = locale;
  host.innerHTML = html;
  document.body.append(host);
  const served = host.querySelector('time')?.textContent;
  const repaired: string[] = [];
  const root = hydrateRoot(host, <Notices {...{ locale, now }} />, {
    onRecoverableError: (error) => repaired.push(String(error)),
  });
  // The page is hydrated when it shows how far away its times are.
  for (let left = 300; left > 0 && !host.querySelector('time')?.nextSibling; left -= 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const times = [...host.querySelectorAll('time')].map(({ dateTime, textContent }) => ({
    dateTime,
    textContent,
  }));
  root.unmount();
  host.remove();
  return { repaired, served, times };
}

window.hydrate = hydrate;
