import { describe, maintenanceError, type MaintenanceError } from './errors.js';
import type { Feature } from './defineFeatures.js';
import type { Mode } from './Maintenance.js';
import type { MaintenanceWindow } from './MaintenanceWindow.js';
import { parseJson } from './parseJson.js';
import { isMode, windowFields, type Report, type WindowField } from './windowFields.js';

/** What `interpretFlag` needs to know of a feature. */
export type InterpretedFeature = Pick<Feature, 'flag'> & Partial<Pick<Feature, 'mode' | 'maintenanceWhen'>>;

/**
 * What the value of a flag means for a feature: a window, or `null` for no maintenance. Never throws. It is the one place
 * that reads flag values, in the browser and on the server; `flag.schema.json` describes the same forms.
 *
 * A text that holds a JSON object, of 65,536 characters at most, is read as that object: several flag services carry only texts.
 *
 * A value that makes no sense but is truthy means that somebody wanted something: the feature goes into its own mode. That,
 * and each bad part of an object, is told to `onError`; what is good in the object still counts.
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

  if (feature.maintenanceWhen === 'off') value = turnRound(value);
  if (!value || value === 'off') return null;
  if (value === true || value === 'on') return { id: flag, mode };
  if (isMode(value)) return { id: flag, mode: value };
  const parts = partsOf(isJsonObject(value) ? parseJson(value) : value);
  if (parts) return readParts(parts, { id: flag, mode }, report);
  report('', 'true, false, "on", "off", "degraded", "read-only", "down", an object or its JSON text', value);
  return { id: flag, mode };
}

/** The value of a flag that says *enabled*, for what it means here. */
function turnRound(value: unknown): unknown {
  if (value === true || value === 'on') return false;
  return value === false || value === 'off' ? true : value;
}

/** Whether a value is a text that looks like a JSON object. */
function isJsonObject(value: unknown): value is string {
  return typeof value === 'string' && /^\s*\{/.test(value);
}

/** The parts of an object; `undefined` for anything else, a proxy or getter that throws included. */
function partsOf(value: unknown): [string, unknown][] | undefined {
  try {
    return typeof value === 'object' && value && !Array.isArray(value) ? Object.entries(value) : undefined;
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
    // Languages with fixed records write null for what is not there.
    if (field && (part === null || part === undefined)) continue;
    const result = field && readField(field, part, key, report);
    if (result === undefined)
      report(key, field?.expected ?? `only ${Object.keys(windowFields).join(', ')}`, part);
    else read[key] = result;
  }
  // Each part was checked by the field that it is named after.
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
