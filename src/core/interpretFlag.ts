import { describe, maintenanceError, type MaintenanceError } from './errors.js';
import type { Feature } from './defineFeatures.js';
import type { Mode } from './Maintenance.js';
import type { MaintenanceWindow } from './timeline.js';

/** What `interpretFlag` needs to know of a feature. */
export type InterpretedFeature = Pick<Feature, 'flag'> & Partial<Pick<Feature, 'mode' | 'maintenanceWhen'>>;

/**
 * Interprets the value of a flag: a window, or `null` for no maintenance. Never throws. All flag values are read here, in the browser and on
 * the server. `flag.schema.json` describes the same forms.
 *
 * A text of at most 65,536 characters that contains a JSON object is read as that object, because several flag services support only texts.
 *
 * An invalid value that is truthy puts the feature into its own mode, because somebody wanted a maintenance. It is reported to `onError`, and
 * so is each invalid part of an object. The valid parts of the object are used.
 *
 * @example
 * interpretFlag('read-only', { flag: 'comments-maintenance' }); // { id: 'comments-maintenance', mode: 'read-only' }
 */
export function interpretFlag(
  value: unknown,
  feature: InterpretedFeature,
  onError?: (error: MaintenanceError) => void,
): MaintenanceWindow | null {
  const { flag, mode = 'down' } = feature;
  const report: Report = (path, expected, part) => {
    const found = describe(part);
    const place = path ? `"${path}" in flag "${flag}"` : `Flag "${flag}"`;
    const problem = { flag, path, expected, found };
    onError?.(
      maintenanceError('invalid-flag-value', `${place} is ${found}; expected ${expected}.`, { problem }),
    );
  };

  if (feature.maintenanceWhen === 'off') value = invert(value);
  if (!value || value === 'off') return null;
  if (value === true || value === 'on') return { id: flag, mode };
  if (isMode(value)) return { id: flag, mode: value };
  const parts = partsOf(value);
  if (parts) return readParts(parts, { id: flag, mode }, report);
  report('', 'true, false, "on", "off", "degraded", "read-only", "down", an object or its JSON text', value);
  return { id: flag, mode };
}

/** The opposite of a value, for a flag that means *enabled*. */
function invert(value: unknown): unknown {
  if (value === true || value === 'on') return false;
  return value === false || value === 'off' ? true : value;
}

/** The parts of an object or of its JSON text; `undefined` for anything else, and for a proxy or getter that throws. */
function partsOf(value: unknown): [string, unknown][] | undefined {
  try {
    const object = typeof value === 'string' && /^\s*\{/.test(value) ? parseJson(value) : value;
    return typeof object === 'object' && object && !Array.isArray(object)
      ? Object.entries(object)
      : undefined;
  } catch {
    return undefined;
  }
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

function readParts(
  parts: readonly [string, unknown][],
  own: MaintenanceWindow,
  report: Report,
): MaintenanceWindow | null {
  const read: Record<string, unknown> = {};
  for (const [key, part] of parts) {
    if (key === '$schema') continue;
    const field = Object.hasOwn(windowFields, key) ? windowFields[key] : undefined;
    // Languages with fixed record types write null for a missing part.
    if (field && (part === null || part === undefined)) continue;
    const result = field && readField(field, part, key, report);
    if (result === undefined)
      report(key, field?.expected ?? `only ${Object.keys(windowFields).join(', ')}`, part);
    else read[key] = result;
  }
  // Each part was checked by its field.
  const { mode = own.mode, ...rest } = read as Partial<Omit<Mutable<MaintenanceWindow>, 'mode'>> & {
    mode?: Mode | 'off';
  };
  if (mode === 'off') return null;
  const { startsAt, endsAt } = rest;
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt) {
    report('endsAt', 'an instant after startsAt', new Date(endsAt).toISOString());
    delete rest.endsAt;
  }
  return { id: startsAt === undefined ? own.id : `${own.id}@${startsAt}`, ...rest, mode };
}

function readField(field: WindowField, part: unknown, path: string, report: Report): unknown {
  try {
    return field.read(part, path, report);
  } catch {
    // A proxy or a getter inside the part threw.
    return undefined;
  }
}

/** Reports an invalid value at a path. */
type Report = (path: string, expected: string, found: unknown) => void;

/** One part of the object form of a flag. */
interface WindowField {
  readonly expected: string;
  /** Returns the valid value, or `undefined`. Throws what a proxy or getter inside throws. */
  read(value: unknown, path: string, report: Report): unknown;
}

// flag.schema.json has the same patterns. A test compares them.
export const instantPattern: RegExp =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
export const hrefPattern: RegExp = /^(https?:\/\/|mailto:|tel:|\.{0,2}\/|[?#])[^\s\\]*$/;
export const localePattern: RegExp = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

const instant: WindowField = {
  expected: 'an ISO 8601 instant with a zone, or epoch milliseconds',
  read(value) {
    // A number below 1e11 is in seconds: in milliseconds it would be before March 1973.
    if (Number.isInteger(value)) return Number(value) >= 1e11 && Number(value) <= 8.64e15 ? value : undefined;
    if (typeof value !== 'string' || !instantPattern.test(value)) return undefined;
    const day = value.slice(0, 10);
    // Some engines read 30 February as 2 March.
    return new Date(day).getUTCDate() === Number(day.slice(8)) ? Date.parse(value) : undefined;
  },
};

const text: WindowField = {
  expected: 'a text, or texts by locale such as { "en": "...", "fr": "..." }',
  read(value, path, report) {
    if (typeof value !== 'object' || !value) return readText(value);
    const texts: [string, string][] = [];
    for (const [locale, entry] of Object.entries(value)) {
      const found = readText(entry);
      if (!localePattern.test(locale))
        report(`${path}.${locale}`, 'a locale such as "en" or "pt-BR"', locale);
      else if (found === undefined) report(`${path}.${locale}`, 'a text', entry);
      else texts.push([locale, found]);
    }
    return texts.length ? Object.fromEntries(texts) : undefined;
  },
};

/** The parts of the object form of a flag, by name. Each part is checked separately. */
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
      const address = readText(href);
      return address && hrefPattern.test(address) && readText(text) ? { href: address, text } : undefined;
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
  id: { expected: 'a text', read: readText },
};

function isMode(value: unknown): value is Mode {
  return value === 'degraded' || value === 'read-only' || value === 'down';
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** The longest text that is parsed, in characters. Services allow up to 65,535, and each read parses again. */
export const maxJsonLength = 65_536;

/** The value of a JSON text; `undefined` when it is invalid or too long. Never throws. */
export function parseJson(text: string): unknown {
  if (text.length > maxJsonLength) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
