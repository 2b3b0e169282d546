/** How much of a feature still works while it is in maintenance, from mild to severe. */
export type Mode = 'degraded' | 'read-only' | 'down';

/** Where a maintenance is in time. `overdue`: past its promised end. `recovering`: over, and clients reopen one after another. */
export type Phase = 'none' | 'scheduled' | 'active' | 'overdue' | 'recovering';

/** A link to more information. `href` is safe to render: `http(s):`, `mailto:`, `tel:` or a path. */
export interface NoticeLink {
  href: string;
  text: string;
}

/** The texts for users, in the language of the store. */
export interface Notice {
  title?: string;
  /** The language of the title, if it is not that of the store. Use it as the `lang` attribute. */
  titleLang?: string;
  message?: string;
  /** The same for the message. */
  messageLang?: string;
  link?: NoticeLink;
}

/**
 * The state of one feature for the current user: plain JSON, and the same object until something in it changes.
 *
 * @example
 * const search = useMaintenance('search');
 * if (!search.canWrite) return <p>Saving is off.</p>;
 */
export interface Maintenance<F extends string = string> {
  /** The feature whose state this is. */
  readonly feature: F;
  /** The present mode; `none` while a maintenance is only scheduled. */
  readonly mode: Mode | 'none';
  readonly phase: Phase;
  /** Only while scheduled: the mode to come. */
  readonly upcomingMode?: Mode;
  /** False when the feature is down. */
  readonly canRead: boolean;
  /** False when the feature is down or read-only. */
  readonly canWrite: boolean;
  /** The feature whose flag causes this state: itself, a dependency, or the site. */
  readonly cause: F;
  readonly notice: Notice | null;
  /** Epoch milliseconds. */
  readonly startsAt?: number;
  /** The promised end, in epoch milliseconds. */
  readonly endsAt?: number;
  /** Identifies the maintenance; the same for all features that it affects. Empty if there is none. Dismissals and announcements use it. */
  readonly windowId: string;
}

/** The state of a feature without a maintenance. */
export function operational<F extends string>(feature: F): Maintenance<F> {
  return {
    feature,
    mode: 'none',
    phase: 'none',
    canRead: true,
    canWrite: true,
    cause: feature,
    notice: null,
    windowId: '',
  };
}

/** What the content of a gate needs from its feature. */
export type Requirement = 'read' | 'write';

/** Whether a feature in this state provides what is needed. */
export function isOpen(state: Maintenance, requires: Requirement): boolean {
  return requires === 'write' ? state.canWrite : state.canRead;
}
