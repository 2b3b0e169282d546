/**
 * Writes one flag. It is the operator's counterpart of a `FlagSource`, and never part of a browser bundle.
 *
 * The commands of `maintenance-mode` use it; `--switch ./mine.js` gives them one of your own. Every function may throw a `SwitchError`, or
 * any error with the same fields. The commands wait at most 60 seconds for each call.
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
  /** What distinguishes flags with the same key at that service, such as an environment. */
  readonly scope?: Readonly<Record<string, string>>;
  readonly can: SwitchCapabilities;
  /** Secrets, such as an access token. Commands do not inherit environment variables that contain one. */
  readonly secrets?: readonly string[];
  /** Reads the flag at the service, not from a cache. */
  read(): Promise<SwitchState>;
  /** Makes a change completely or not at all. A change that changes nothing succeeds. Returns the state after the change. */
  change(change: FlagChange): Promise<SwitchState>;
  /**
   * Asks the service whether it serves maintenance now: to this user, or without a user to one whom no entry names. Leave it out if the
   * service cannot be asked; then a change that can be read back counts as proven.
   */
  serves?(user: string | undefined): Promise<boolean>;
  /**
   * The latest changes of the flag before an instant, newest first. Each call may return only some of them. Leave it out if the service
   * keeps no audit trail.
   */
  history?(before?: number): Promise<readonly AuditEntry[]>;
  /**
   * The state of every flag of the service that may be about maintenance, for `status --all`: of those whose key or name contains a text, where
   * one is given. Leave it out if the service has no list.
   */
  list?(matching?: string): Promise<readonly SwitchState[]>;
}

/** The abilities of a switch. Before they change anything, the commands refuse what the switch cannot do. */
export interface SwitchCapabilities {
  /** Whether it can put everyone into maintenance. */
  readonly everyone: boolean;
  /** Whether it can put single users into maintenance. */
  readonly users: boolean;
  /**
   * The values that a change can set. `own`: each user has a value, and so has everyone. `shared`: all users in maintenance share one
   * value. `none`: only on and off.
   */
  readonly values: 'own' | 'shared' | 'none';
}

/** The state of a flag, with what a command needs to know. */
export interface SwitchState {
  readonly flag: string;
  /** The value for everyone, as `interpretFlag` reads it; `false` for no maintenance. */
  readonly everyone: unknown;
  /** The users with an entry of their own, in maintenance or announced, with the value for each. */
  readonly users: ReadonlyMap<string, unknown>;
  /** Whether the service ignores `users` at the moment, as LaunchDarkly does while a flag is off. */
  readonly ignoresUsers?: boolean;
  /** Whether the service sends the flag to browsers. Leave it out when the service does not say. */
  readonly reachesBrowsers?: boolean | undefined;
  /** More about the flag for people. `status` prints each as a line. */
  readonly remarks?: readonly string[];
  /** More about the flag for programs. `status --json` contains it. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why a change would not have its effect although the service would accept it; `undefined` when there is no objection. */
  readonly refusal?: (change: Omit<FlagChange, 'comment'>) => string | undefined;
}

/** What to change. */
export interface FlagChange {
  /** `true` puts everyone into maintenance, `false` ends that. The entries of single users do not change. */
  readonly everyone?: boolean;
  /** Puts these users into maintenance. */
  readonly hold?: readonly string[];
  /** Ends the maintenance of these users. */
  readonly release?: readonly string[];
  /**
   * The value for the users who are put into maintenance, as `interpretFlag` reads it. Default: the value that means maintenance for this
   * flag.
   */
  readonly value?: unknown;
  /** The comment for the audit trail of the service. */
  readonly comment: string;
}

/** An entry of the audit trail. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly date: number;
  readonly comment: string;
  /** Who made the change, if the service says. */
  readonly by?: string;
}

/** Creates a switch. It is the default export of the module that `--switch` names. */
export type CreateSwitch = (context: SwitchContext) => FlagSwitch | Promise<FlagSwitch>;

/** The arguments for the module of `--switch`. */
export interface SwitchContext {
  /** The flag of `-f`. Empty where a command only asks for the `list` of all flags. */
  readonly flag: string;
  /** The values of `--switch-option NAME=VALUE`, by name. */
  readonly options: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the operator stops the command. Do not retry after that. */
  readonly signal: AbortSignal;
}

/** The kind of a failure. */
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

/** The service refused or did not answer. The message says what to do. */
export class SwitchError extends Error {
  override name = 'SwitchError';
  /** Whether the change may have been made nevertheless, because an attempt got no answer. */
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
