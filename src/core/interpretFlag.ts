import { describe, maintenanceError, type MaintenanceError } from './errors.js';
import type { Feature } from './defineFeatures.js';
import type { Mode } from './Maintenance.js';
import type { MaintenanceWindow } from './MaintenanceWindow.js';
import { windowFields, type Report } from './windowFields.js';

/** What `interpretFlag` needs to know of a feature. */
export type InterpretedFeature = Pick<Feature, 'flag'> & Partial<Pick<Feature, 'mode' | 'maintenanceWhen'>>;

/**
 * What the value of a flag means for a feature: a window, or `null` for no maintenance. Never throws. It is the one place
 * that reads flag values, in the browser and on the server; `flag.schema.json` describes the same forms.
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
  const report: Report = (path, expected, value) => {
    const found = describe(value);
    const place = path ? `"${path}" in flag "${flag}"` : `Flag "${flag}"`;
    onError?.(
      maintenanceError('invalid-flag-value', `${place} is ${found}; expected ${expected}.`, {
        problem: { flag, path, expected, found },
      }),
    );
  };

  if (feature.maintenanceWhen === 'off' && isSwitch(value)) value = value === false || value === 'off';
  if (!value || value === 'off') return null;
  if (value === true || value === 'on') return { id: flag, mode };
  if (isMode(value)) return { id: flag, mode: value };
  try {
    if (typeof value === 'object' && !Array.isArray(value)) return readObject(value, flag, mode, report);
  } catch {
    // A proxy threw: what is left is that somebody wanted something.
  }
  report('', 'true, false, "on", "off", "degraded", "read-only", "down" or an object', value);
  return { id: flag, mode };
}

function isSwitch(value: unknown): boolean {
  return typeof value === 'boolean' || value === 'on' || value === 'off';
}

function isMode(value: unknown): value is Mode {
  return value === 'degraded' || value === 'read-only' || value === 'down';
}

function readObject(value: object, flag: string, ownMode: Mode, report: Report): MaintenanceWindow | null {
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === '$schema') continue;
    const field = Object.hasOwn(windowFields, key) && windowFields[key as keyof typeof windowFields];
    let found: unknown;
    let result: unknown;
    try {
      // The key came from this very object.
      found = (value as Record<string, unknown>)[key];
      if (found === null || found === undefined) continue;
      if (field) result = field.read(found, key, report);
    } catch {
      // A getter threw: this part is lost, the rest counts.
    }
    if (result !== undefined) read[key] = result;
    else report(key, field ? field.expected : `one of ${Object.keys(windowFields).join(', ')}`, found);
  }
  // Each part was checked by the field that it is named after.
  const { mode = ownMode, ...parts } = read as Partial<Omit<MaintenanceWindow, 'mode'>> & {
    mode?: Mode | 'off';
  };
  if (mode === 'off') return null;
  const { startsAt, endsAt, ...rest } = parts;
  const inOrder = startsAt === undefined || endsAt === undefined || startsAt < endsAt;
  if (!inOrder) report('endsAt', 'an instant after startsAt', endsAt);
  return {
    id: startsAt === undefined ? flag : `${flag}@${startsAt}`,
    ...rest,
    mode,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && inOrder && { endsAt }),
  };
}
