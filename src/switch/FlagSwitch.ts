/**
 * Writes one flag. It is the operator's side of a `FlagSource`, and never part of a browser bundle.
 *
 * The commands of `maintenance-mode` work with it; `--switch ./mine.js` gives them one of your own. Every function may throw a
 * `SwitchError`, or any error that has its fields.
 *
 * @example
 * import type { CreateSwitch } from 'react-maintenance-mode/switch';
 *
 * const createSwitch: CreateSwitch = ({ flag, options }) => createMySwitch(flag, options['endpoint']);
 * export default createSwitch;
 */
export interface FlagSwitch {
  /** The name of the service, such as its address. Two guards that name the same service, flag and user exclude each other. */
  readonly service: string;
  /** What else tells flags with the same key apart at that service, such as an environment. */
  readonly scope?: Readonly<Record<string, string>>;
  readonly can: SwitchCapabilities;
  /** Secrets, such as an access token. Commands inherit no variable of the environment that holds one. */
  readonly secrets?: readonly string[];
  /** Reads the flag at the service, not from a cache. */
  read(): Promise<SwitchState>;
  /** Makes a change: all of it or nothing. A change to what is already so succeeds. Returns the state after the change. */
  change(change: FlagChange): Promise<SwitchState>;
  /**
   * Asks the service whether it serves maintenance now: to this user, or to a user whom nothing names. Leave it out where the service
   * cannot be asked; then a change that can be read back counts as proven.
   */
  serves?(user: string | undefined): Promise<boolean>;
  /**
   * The latest changes of the flag, newest first, before an instant. Each call may return a part of them. Leave it out where the service
   * keeps no audit trail.
   */
  history?(before?: number): Promise<readonly AuditEntry[]>;
  /** The state of every flag of the service. Leave it out where the service has no list. */
  list?(): Promise<readonly SwitchState[]>;
}

/** What a switch can do. The commands refuse what it cannot before they change anything. */
export interface SwitchCapabilities {
  /** Whether it can put everyone into maintenance. */
  readonly everyone: boolean;
  /** Whether it can put single users into maintenance. */
  readonly users: boolean;
  /**
   * Which values a change can set. `own`: every user, and everyone, has a value of their own. `shared`: all users in maintenance share one
   * value. `none`: only on and off.
   */
  readonly values: 'own' | 'shared' | 'none';
}

/** A flag, as far as a command has to know it. */
export interface SwitchState {
  readonly flag: string;
  /** The value for everyone, in a form that `interpretFlag` reads; `false` for no maintenance. */
  readonly everyone: unknown;
  /** The users who are in maintenance one by one, or to whom one is announced, with the value for each. */
  readonly users: ReadonlyMap<string, unknown>;
  /** Whether the service ignores `users` now, as LaunchDarkly does while a flag is off. */
  readonly ignoresUsers?: boolean;
  /** Whether browsers are served the flag; leave it out when the service does not say. */
  readonly reachesBrowsers?: boolean | undefined;
  /** More about the flag, for people; `status` prints one line for each. */
  readonly remarks?: readonly string[];
  /** More about the flag, for machines; `status --json` has it. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why a change would not do what it says, though the service would take it; `undefined` when nothing speaks against it. */
  readonly refusal?: (change: Omit<FlagChange, 'comment'>) => string | undefined;
}

/** What to change. */
export interface FlagChange {
  /** `true` puts everyone into maintenance, `false` ends that. Single users stay as they are. */
  readonly everyone?: boolean;
  /** Puts these users into maintenance. */
  readonly hold?: readonly string[];
  /** Ends the maintenance of these users. */
  readonly release?: readonly string[];
  /** The value for those who are put into maintenance, in a form that `interpretFlag` reads. Default: what means maintenance there. */
  readonly value?: unknown;
  /** For the audit trail of the service. */
  readonly comment: string;
}

/** A change of the flag, as the audit trail of the service has it. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly date: number;
  readonly comment: string;
  /** Who did it, as far as the service says. */
  readonly by?: string;
}

/** Makes a switch: the default export of the module that `--switch` names. */
export type CreateSwitch = (context: SwitchContext) => FlagSwitch | Promise<FlagSwitch>;

/** What a command gives to the module of `--switch`. */
export interface SwitchContext {
  /** The flag of `-f`. */
  readonly flag: string;
  /** What `--switch-option NAME=VALUE` says, by name. */
  readonly options: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the operator stops the command. From then on, try nothing a second time. */
  readonly signal: AbortSignal;
}

/** Why a service refused or did not answer. */
export type SwitchFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'approval-required'
  | 'conflict'
  | 'invalid'
  | 'rate-limited'
  | 'unreachable'
  | 'failed';

/** A service refused, or did not answer. The message says what to do. */
export class SwitchError extends Error {
  override name = 'SwitchError';
  /** Whether what was asked may have been done all the same: one of the tries got no answer that says otherwise. */
  readonly mayBeDone: boolean;

  constructor(
    readonly failure: SwitchFailure,
    message: string,
    { mayBeDone = false, ...options }: ErrorOptions & { mayBeDone?: boolean } = {},
  ) {
    super(message, options);
    this.mayBeDone = mayBeDone;
  }

  /** Whether the same request may succeed a little later. */
  get passes(): boolean {
    return ['conflict', 'rate-limited', 'unreachable', 'failed'].includes(this.failure);
  }
}
