import { describe, maintenanceError, type MaintenanceError } from '../core/errors.js';
import { isLocale } from '../core/localize.js';
import type { Announcements } from './MaintenanceContextValue.js';
import type { DismissalStorage } from './DismissalStorage.js';
import { english, type Messages } from './messages.js';

/** What an app may give in any form: it may come from a browser, a profile or a configuration. */
export interface GivenSettings {
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly messages?: Partial<Messages> | undefined;
  readonly announcements?: Announcements | undefined;
  readonly storage?: DismissalStorage | undefined;
  readonly now?: (() => number) | undefined;
  readonly pending?: 'open' | 'hold' | undefined;
  readonly pendingTimeoutMs?: number | undefined;
}

type Checked = GivenSettings & {
  readonly locale: string;
  readonly announcements: Announcements;
  readonly messages: Partial<Messages>;
  readonly now: () => number;
};

/**
 * Puts the default in the place of every setting that makes no sense, and tells of it: now, at the first render, and not on the day
 * of the maintenance, when it would be used for the first time and throw.
 */
export function checkSettings(given: GivenSettings, tell: (error: MaintenanceError) => void): Checked {
  function checked<T>(name: string, value: T, holds: (value: T) => boolean, expected: string): T | undefined {
    if (value === undefined || holds(value)) return value;
    const message = `The setting "${name}" is ${describe(value)}, which is not ${expected}. Its default is used.`;
    tell(maintenanceError('invalid-option', message));
    return undefined;
  }

  const { now = Date.now } = given;
  const read = checked('now', now, (clock) => isFunction(clock), 'a function') ?? Date.now;
  return {
    locale: checked('locale', given.locale, isLocale, 'a BCP 47 language tag like "en" or "pt-BR"') ?? 'en',
    timeZone: checked('timeZone', given.timeZone, isTimeZone, 'an IANA time zone like "Europe/Berlin"'),
    announcements:
      checked(
        'announcements',
        given.announcements,
        (value) => ['all', 'own', 'off'].includes(String(value)),
        '"all", "own" or "off"',
      ) ?? 'own',
    pending: checked(
      'pending',
      given.pending,
      (value) => value === 'open' || value === 'hold',
      '"open" or "hold"',
    ),
    pendingTimeoutMs: checked(
      'pendingTimeoutMs',
      given.pendingTimeoutMs,
      (value) => Number.isFinite(value) && Number(value) >= 0,
      'a number of milliseconds',
    ),
    storage: checked('storage', given.storage, isStorage, 'something like localStorage'),
    messages: checkMessages(given.messages, checked),
    now() {
      // Not at once: a server that prerenders may not look at the clock.
      const instant = read();
      return checked('now', instant, Number.isFinite, 'a clock in epoch milliseconds') ?? Date.now();
    },
  };
}

function checkMessages(
  messages: Partial<Messages> | undefined,
  checked: (name: string, value: unknown, holds: (value: unknown) => boolean, expected: string) => unknown,
): Partial<Messages> {
  const given = checked('messages', messages, (value) => isObject(value), 'an object of texts') ?? {};
  const known = Object.entries(given).filter(
    ([key, message]) =>
      message !== undefined &&
      Object.hasOwn(english, key) &&
      checked(
        `messages.${key}`,
        message,
        (value) => typeof value === 'string' || (isObject(value) && typeof value['other'] === 'string'),
        'a text, or texts by plural category with one for "other"',
      ) !== undefined,
  );
  // Each was just looked at.
  return Object.fromEntries(known) as Partial<Messages>;
}

function isStorage(value: unknown): boolean {
  // Reading a property of what a browser forbids may throw.
  try {
    return isObject(value) && ['getItem', 'setItem', 'removeItem'].every((name) => isFunction(value[name]));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Whether `Intl` knows this time zone. Some machines say "Etc/Unknown", and old browsers do not know new zones. */
function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
