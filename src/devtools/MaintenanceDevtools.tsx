'use client';
import { useId, useState, useSyncExternalStore } from 'react';
import type { Devtools } from './Devtools.js';
import { DevtoolsPanel } from './DevtoolsPanel.js';
import { buttonStyle, cornerStyle } from './devtoolsStyles.js';

export interface MaintenanceDevtoolsProps {
  /** From `createDevtools`: those that the source of the provider goes through. */
  readonly devtools: Devtools;
  /** Whether the panel is open at first. Default: only its button is there. */
  readonly defaultOpen?: boolean | undefined;
}

/**
 * A panel in the corner of the page: every feature with what its flag says and what it is in, a choice to put over that, and
 * a clock to move. Below the provider, beside the app and not in it: what covers the app would cover the panel. Nothing on
 * servers, and nothing in production builds.
 *
 * @example
 * <MaintenanceDevtools devtools={devtools} />
 */
export function MaintenanceDevtools({
  devtools,
  defaultOpen = false,
}: MaintenanceDevtoolsProps): React.JSX.Element | null {
  const [open, setOpen] = useState(defaultOpen);
  const panel = useId();
  // A server has no production build of the panel: the page that it wrote has none in either.
  const isAlive = useSyncExternalStore(never, yes, no);
  const { controls } = devtools;
  if (!isAlive || !controls) return null;
  return (
    // Its words are English, whatever the page is in.
    <div style={cornerStyle} lang="en" dir="ltr" data-maintenance-devtools="">
      {open && <DevtoolsPanel id={panel} controls={controls} now={devtools.now} />}
      <button
        type="button"
        style={buttonStyle}
        aria-expanded={open}
        aria-controls={open ? panel : undefined}
        onClick={() => setOpen(!open)}
      >
        Maintenance
      </button>
    </div>
  );
}

const never = (): (() => void) => () => undefined;
const yes = (): boolean => true;
const no = (): boolean => false;
