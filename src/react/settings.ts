import { checkOption, type MaintenanceError } from '../core/errors.js';
import { isLocale } from '../core/localize.js';
import { english, type Messages } from './messages.js';

/** Whose changes are announced to users of assistive technology. */
export type Announcements = 'all' | 'own' | 'off';

/**
 * Where dismissals are stored: `localStorage`, `sessionStorage`, or anything of that shape. When it throws, dismissals are kept in memory.
 *
 * @example
 * <MaintenanceProvider storage={sessionStorage}>
 */
export type DismissalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The settings of notices as the app gave them. `checkSettings` checks them when the first gate, banner or page renders. */
export interface GivenSettings {
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly messages?: Partial<Messages> | undefined;
  readonly announcements?: Announcements | undefined;
  readonly storage?: DismissalStorage | undefined;
  readonly storageKey?: string | undefined;
  /** The user whose dismissals are read and written; `undefined` if the app does not name one. */
  readonly user?: string | undefined;
}

/** The settings of notices, checked, with their defaults. */
export interface MaintenanceSettings extends GivenSettings {
  readonly locale: string;
  /** `undefined` for the viewer's own. */
  readonly timeZone: string | undefined;
  readonly messages: Partial<Messages>;
  readonly announcements: Announcements;
  readonly storageKey: string;
}

/**
 * Replaces invalid settings by their defaults, and reports them. It runs when the first gate, banner or page renders. Otherwise an invalid
 * setting would crash the page on the day of the maintenance.
 */
export function checkSettings(
  given: GivenSettings,
  report: (error: MaintenanceError) => void,
): MaintenanceSettings {
  function check<K extends keyof GivenSettings>(
    name: K,
    isGood: (value: unknown) => boolean,
    expected: string,
  ): GivenSettings[K] {
    return checkOption(name, given[name], isGood, expected, report);
  }

  return {
    ...given,
    locale: check('locale', isLocale, 'a BCP 47 language tag like "en" or "pt-BR"') ?? 'en',
    timeZone: check('timeZone', isTimeZone, 'an IANA time zone like "Europe/Berlin"'),
    announcements:
      check(
        'announcements',
        (value) => value === 'all' || value === 'own' || value === 'off',
        '"all", "own" or "off"',
      ) ?? 'own',
    storage: check('storage', isStorage, 'something like localStorage'),
    storageKey: given.storageKey ?? 'react-maintenance-mode.dismissed',
    messages: checkMessages(check('messages', isObject, 'an object of texts') ?? {}, report),
  };
}

function checkMessages(
  messages: Partial<Messages>,
  report: (error: MaintenanceError) => void,
): Partial<Messages> {
  const expected = 'a text, or texts by plural category with one for "other"';
  const good = Object.entries(messages).filter(
    ([key, message]) =>
      message !== undefined &&
      Object.hasOwn(english, key) &&
      checkOption(`messages.${key}`, message, isMessage, expected, report) !== undefined,
  );
  // Each was just checked.
  return Object.fromEntries(good) as Partial<Messages>;
}

function isMessage(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && typeof value['other'] === 'string');
}

function isStorage(value: unknown): boolean {
  // A browser that forbids storage may throw when its properties are read.
  try {
    return (
      isObject(value) &&
      ['getItem', 'setItem', 'removeItem'].every((name) => typeof value[name] === 'function')
    );
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Whether `Intl` knows this time zone. Some machines report "Etc/Unknown", and old browsers do not know new zones. */
function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
