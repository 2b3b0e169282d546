import { isRecord } from './isRecord.js';

/** Collects what is wrong with a JSON value. Every check names the path and what was expected and found. */
export interface Checklist {
  readonly faults: string[];
  fault: (path: string, expected: string, found: unknown) => void;
  object: (path: string, value: unknown) => Record<string, unknown> | undefined;
  list: (path: string, value: unknown) => unknown[] | undefined;
  string: (path: string, value: unknown) => void;
  strings: (path: string, value: unknown) => void;
  boolean: (path: string, value: unknown) => void;
  /** The name of an attribute of a context, or a path to one as LaunchDarkly writes it: `/address/city`. */
  attribute: (path: string, value: unknown) => void;
  /** A whole number from 0. */
  count: (path: string, value: unknown) => void;
  optional: (path: string, value: unknown, check: (path: string, value: unknown) => void) => void;
  /** Checks each entry of a list that may be absent, and returns how many there are. */
  each: (path: string, value: unknown, check: (path: string, entry: unknown) => void) => number;
}

/** Makes an empty checklist. */
export function createChecklist(): Checklist {
  const faults: string[] = [];
  const expect = (ok: boolean, path: string, expected: string, found: unknown): void => {
    if (!ok) check.fault(path, expected, found);
  };
  const check: Checklist = {
    faults,
    fault: (path, expected, found) =>
      void faults.push(`${path} must be ${expected}, found ${describe(found)}`),
    object: (path, value) => {
      if (isRecord(value)) return value;
      return void check.fault(path, 'an object', value);
    },
    list: (path, value) => {
      if (Array.isArray(value)) return value;
      return void check.fault(path, 'a list', value);
    },
    string: (path, value) => expect(typeof value === 'string', path, 'a string', value),
    strings: (path, value) => {
      const entries = check.list(path, value) ?? [];
      entries.forEach((entry, index) => check.string(`${path}[${index}]`, entry));
    },
    boolean: (path, value) => expect(typeof value === 'boolean', path, 'true or false', value),
    attribute: (path, value) =>
      expect(
        typeof value === 'string' && /^(?:[^/].*|(?:\/(?:[^/~]|~[01])+)+)$/s.test(value),
        path,
        'the name of an attribute',
        value,
      ),
    count: (path, value) =>
      expect(Number.isInteger(value) && Number(value) >= 0, path, 'a whole number from 0', value),
    optional: (path, value, inner) => {
      if (value !== undefined && value !== null) inner(path, value);
    },
    each: (path, value, inner) => {
      if (value === undefined || value === null) return 0;
      const entries = check.list(path, value) ?? [];
      entries.forEach((entry, index) => inner(`${path}[${index}]`, entry));
      return entries.length;
    },
  };
  return check;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
