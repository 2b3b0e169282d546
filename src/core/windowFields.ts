import type { Mode } from './Maintenance.js';

/** Tells what was found at a path where something else was expected. */
export type Report = (path: string, expected: string, found: unknown) => void;

/** One part of the object form of a flag. */
export interface WindowField {
  readonly expected: string;
  /** The value as it will be kept, or `undefined` when it is not what was expected. May throw what a proxy throws. */
  read(value: unknown, path: string, report: Report): unknown;
}

// The same patterns stand in flag.schema.json; a test compares them.
export const instantPattern: RegExp =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
export const hrefPattern: RegExp = /^(https?:\/\/|mailto:|tel:|\.{0,2}\/|[?#])[^\s\\]*$/;
export const localePattern: RegExp = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

const instant: WindowField = {
  expected: 'an ISO 8601 instant with a zone, or epoch milliseconds',
  read(value) {
    // Whole seconds since 1970 would be an instant in January 1970: below 1e11 it is not milliseconds.
    if (Number.isInteger(value)) return Number(value) >= 1e11 && Number(value) <= 8.64e15 ? value : undefined;
    if (typeof value !== 'string' || !instantPattern.test(value)) return undefined;
    const day = value.slice(0, 10);
    // Some engines take 30 February for 2 March.
    return new Date(day).getUTCDate() === Number(day.slice(8)) ? Date.parse(value) : undefined;
  },
};

const text: WindowField = {
  expected: 'a text, or texts by locale such as { "en": "...", "fr": "..." }',
  read(value, path, report) {
    if (typeof value !== 'object' || !value) return textOf(value);
    const texts: [string, string][] = [];
    for (const [locale, entry] of Object.entries(value)) {
      const found = textOf(entry);
      if (!localePattern.test(locale))
        report(`${path}.${locale}`, 'a locale such as "en" or "pt-BR"', locale);
      else if (found === undefined) report(`${path}.${locale}`, 'a text', entry);
      else texts.push([locale, found]);
    }
    return texts.length ? Object.fromEntries(texts) : undefined;
  },
};

/** What the object form of a flag may hold, by name. Each part stands or falls alone. */
export const windowFields: Readonly<Record<string, WindowField>> = {
  mode: {
    expected: '"degraded", "read-only", "down" or "off"',
    read: (value) => (isMode(value) || value === 'off' ? value : undefined),
  },
  title: text,
  message: text,
  link: {
    expected: '{ "href", "text" } where href is an http(s), mailto or tel address or a path',
    read(value) {
      const { href, text } = value as { href?: unknown; text?: unknown };
      const address = textOf(href);
      return address && hrefPattern.test(address) && textOf(text) ? { href: address, text } : undefined;
    },
  },
  startsAt: instant,
  endsAt: instant,
  announceFrom: instant,
  endsAutomatically: {
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  reopenOverSeconds: {
    expected: 'seconds from 0 to 86400',
    // JSON has no -0.
    read: (value) => (typeof value === 'number' && value >= 0 && value <= 86_400 ? value + 0 : undefined),
  },
  id: { expected: 'a text', read: textOf },
};

export function isMode(value: unknown): value is Mode {
  return value === 'degraded' || value === 'read-only' || value === 'down';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
