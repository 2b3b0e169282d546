'use client';
import { useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { observeAnnouncements } from './panelData.js';
import type { Devtools, DevtoolsControls } from './createDevtools.js';
import { DevtoolsPanel } from './DevtoolsPanel.js';
import { devtoolsStyles } from './devtoolsStyles.js';

export interface MaintenanceDevtoolsProps {
  /** From `createDevtools`. Its `wrap` must wrap the source of the provider. */
  readonly devtools: Devtools;
  /** Whether the panel is open at first. Default false: only its button is shown. */
  readonly defaultOpen?: boolean | undefined;
  /** Whether Alt+Shift+M opens and closes the panel. Default true. */
  readonly shortcut?: boolean | undefined;
}

/**
 * A panel in the corner of the page: every feature with the value of its flag, its state and an override, a timeline that moves the
 * clock, and the announcements. Put it below the provider, and beside the app. Inside the app, a maintenance page would cover the panel.
 * It has a shadow root, so that the styles of the page do not apply to it. It renders nothing on a server and in production builds.
 *
 * @example
 * <MaintenanceDevtools devtools={devtools} />
 */
export function MaintenanceDevtools({
  devtools: { controls, now },
  defaultOpen = false,
  shortcut = true,
}: MaintenanceDevtoolsProps): React.JSX.Element | null {
  // The server renders nothing, and so does the first render in the browser.
  const isClient = useSyncExternalStore(subscribeToNothing, yes, no);
  return isClient && controls ? <Host {...{ controls, now, defaultOpen, shortcut }} /> : null;
}

interface CornerProps {
  readonly controls: DevtoolsControls;
  readonly now: () => number;
  readonly defaultOpen: boolean;
  readonly shortcut: boolean;
}

/** The element with the shadow root that contains everything else. */
function Host(props: CornerProps): React.JSX.Element {
  const [shadow, setShadow] = useState<ShadowRoot | null>(null);
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    adoptStyles(root);
    setShadow(root);
  }, []);
  return (
    <div ref={host} data-maintenance-devtools="">
      {shadow && createPortal(<Corner {...props} />, shadow)}
    </div>
  );
}

/** The panel and its button. While the panel is closed, the button says how many flags are overridden. */
function Corner({ controls, now, defaultOpen, shortcut }: CornerProps): React.JSX.Element {
  const [open, setOpen] = useState(defaultOpen);
  const panelId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  useSyncExternalStore(controls.subscribe, controls.version, controls.version);

  useEffect(() => {
    const root = button.current?.getRootNode();
    const page = root instanceof window.ShadowRoot ? root.host.getRootNode() : document;
    return observeAnnouncements(page, controls.addAnnouncement);
  }, [controls]);

  useEffect(() => {
    if (!shortcut) return;
    let before: Element | null = null;
    const onKeyDown = (event: KeyboardEvent) => {
      // With Alt, `key` is a different character on many keyboards. `code` is not.
      if (event.code !== 'KeyM' || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const closing = panel.current !== null;
      setOpen(!closing);
      if (closing) {
        if (before instanceof window.HTMLElement) before.focus();
      } else {
        before = document.activeElement;
        // After the panel has rendered.
        setTimeout(() => panel.current?.focus());
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [shortcut]);

  const overrides = controls.features().filter(({ flag }) => controls.overrideOf(flag) !== undefined).length;
  const changes = [
    ...(overrides ? [overrides === 1 ? '1 override' : `${overrides} overrides`] : []),
    ...(controls.clockMinutes() ? ['clock moved'] : []),
  ];
  return (
    // The panel is always in English.
    <div
      className="corner"
      lang="en"
      dir="ltr"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      {open && <DevtoolsPanel ref={panel} id={panelId} controls={controls} now={now} />}
      <button
        ref={button}
        type="button"
        className={changes.length ? 'toggle changed' : 'toggle'}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        aria-keyshortcuts={shortcut ? 'Alt+Shift+M' : undefined}
        title={shortcut ? 'Alt+Shift+M' : undefined}
        onClick={() => setOpen(!open)}
      >
        Maintenance
        {changes.length > 0 && <span className="badge">{changes.join(', ')}</span>}
      </button>
    </div>
  );
}

// Not a <style> element: a Content-Security-Policy may forbid those.
function adoptStyles(root: ShadowRoot): void {
  // jsdom has shadow roots, but they adopt no style sheets.
  if (!('adoptedStyleSheets' in root) || root.adoptedStyleSheets.length) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(devtoolsStyles);
  root.adoptedStyleSheets = [sheet];
}

const subscribeToNothing = (): (() => void) => () => undefined;
const yes = (): boolean => true;
const no = (): boolean => false;
