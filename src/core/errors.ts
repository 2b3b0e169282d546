/** What went wrong. Each code has a heading in ERRORS.md. */
export type MaintenanceErrorCode =
  | 'no-provider'
  | 'no-document'
  | 'unknown-feature'
  | 'empty-flag'
  | 'duplicate-flag'
  | 'unknown-dependency'
  | 'dependency-cycle'
  | 'invalid-flag-value'
  | 'source-failed'
  | 'unstable-source'
  | 'listener-failed'
  | 'invalid-option'
  | 'flags-failed'
  | 'rule-failed'
  | 'page-failed'
  | 'request-failed'
  | 'misplaced-gate';

/** The part of a flag's value that is wrong. */
export interface FlagProblem {
  readonly flag: string;
  /** The path inside the value, as `endsAt` or `title.fr`; empty for the value itself. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * An error of this library. Check its `code`, not its class or message: the wording may change.
 */
export interface MaintenanceError extends Error {
  readonly code: MaintenanceErrorCode;
  /** For `invalid-flag-value`: the flag, and what is wrong with its value. For `source-failed`: the flag. */
  readonly problem?: Partial<FlagProblem>;
}

interface ErrorDetails {
  readonly problem?: Partial<FlagProblem>;
  readonly cause?: unknown;
}

/** Creates an error whose message says what happened, what to do, and where to read more. */
export function maintenanceError(
  code: MaintenanceErrorCode,
  message: string,
  details: ErrorDetails = {},
): MaintenanceError {
  const error = new Error(
    `[react-maintenance-mode] ${message} See node_modules/react-maintenance-mode/ERRORS.md#${code}`,
    // The constructor reads only `cause`.
    details,
  );
  return Object.assign(error, { code }, details.problem && { problem: details.problem });
}

/**
 * Returns the value of an option if it is valid. Otherwise reports it and returns `undefined`, so that the default is used. It does not
 * throw, because apps take options from users' profiles and browsers.
 */
export function checkOption<T>(
  name: string,
  value: T,
  isGood: (value: unknown) => boolean,
  expected: string,
  report: (error: MaintenanceError) => void,
): T | undefined {
  if (value === undefined || isGood(value)) return value;
  const message = `The option "${name}" is ${describe(value)}; expected ${expected}. Its default is used.`;
  report(maintenanceError('invalid-option', message));
  return undefined;
}

/** Describes any value in a message, in at most 80 characters. Never throws. */
export function describe(value: unknown): string {
  let text: string;
  try {
    text = String(typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : value);
  } catch {
    // A cyclic object, a getter that throws, or a revoked proxy.
    text = `a value of type ${typeof value}`;
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The message of anything that was thrown. Never throws. */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error)
      return typeof thrown.message === 'string' ? thrown.message : describe(thrown);
  } catch {
    // A revoked proxy, or a message whose getter throws.
  }
  return describe(thrown);
}

/** Lists the keys of an object in a message, at most 20. */
export function listNames(named: object): string {
  const names = Object.keys(named);
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, ...` : names.join(', ');
}

/**
 * False in production. There, mistakes of developers are reported and not thrown, so that the page keeps working.
 *
 * Write `development && process.env.NODE_ENV !== 'production'` before code that is only for development. Bundlers then drop that code from
 * production builds: they replace the second part. In a browser without a bundler the second part would throw, and the first one is false.
 */
export const development: boolean = isDevelopment();

function isDevelopment(): boolean {
  try {
    // Bundlers replace exactly this expression. Browsers have no `process`: a check of `typeof process` would be false there.
    return process.env.NODE_ENV !== 'production';
  } catch {
    // A browser without a bundler.
    return false;
  }
}
