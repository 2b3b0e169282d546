/** A flag, as far as an operator's command has to know it, for contexts of one kind. */
export interface FlagState {
  readonly flag: string;
  /** Whether targeting is on. While it is off, individual targets are ignored. */
  readonly on: boolean;
  readonly archived: boolean;
  /** What the flag serves to those whom no target and no rule names, while it is on. */
  readonly fallthrough: 'maintenance' | 'none' | 'rollout';
  /** What it serves to everyone while it is off. */
  readonly offServes: 'maintenance' | 'none';
  /** Whether rules or prerequisites stand before the fallthrough. */
  readonly hasRules: boolean;
  /** The keys that are targeted to maintenance one by one. */
  readonly held: ReadonlySet<string>;
  /** The keys that are targeted to anything else one by one. */
  readonly exempt: ReadonlySet<string>;
  /** Why nobody can be targeted to maintenance: no variation means it, or several do. It does not matter for ending maintenance. */
  readonly ambiguity?: string | undefined;
  /** Whether browsers are served the flag at all; `undefined` when the service does not say. */
  readonly reachesBrowsers?: boolean | undefined;
}

/** What to change, all or nothing. */
export interface FlagChange {
  readonly on?: boolean;
  readonly hold?: readonly string[];
  readonly release?: readonly string[];
  /** For the audit trail of the service. */
  readonly comment: string;
}

/**
 * Writes one flag. It is the operator's side of a `FlagSource`, and never part of a browser bundle. Every function may throw a
 * `SwitchError`.
 */
export interface FlagSwitch {
  read(): Promise<FlagState>;
  /** Asking again for what is so already changes nothing. Returns the state after the change. */
  change(change: FlagChange): Promise<FlagState>;
  /** Asks the service whether it serves maintenance to this key now. */
  serves(key: string): Promise<boolean>;
  /** The latest changes of the flag, newest first, as far back as the service tells in one answer, before an instant. */
  history(before?: number): Promise<readonly AuditEntry[]>;
}

/** A change of the flag, as the audit trail of the service has it. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly date: number;
  readonly comment: string;
  /** Who did it, as far as the service says. */
  readonly by?: string;
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
