import type { FlagRepresentation } from '../../src/flag-server/representFlag.js';
import type { PersonKey } from '../people.js';
import type { Instruction } from './planPatch.js';

/** A request that the panel sent to the flag service. Lists are sorted newest first. */
export interface SentRequest {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly flag: string;
  readonly instructions: readonly Instruction[];
  readonly comment: string;
  /** The HTTP status of the answer. */
  readonly status: number;
}

/** Everything that the panel shows, as the demo's server reads it from the flag service. */
export interface OperatorState {
  /** The address of the flag server. */
  readonly flagServer: string;
  /** The server's clock, in epoch milliseconds. */
  readonly now: number;
  readonly flags: readonly FlagRepresentation[];
  /** The value that each flag serves each person now. */
  readonly served: Readonly<Record<PersonKey, Readonly<Record<string, unknown>>>>;
  readonly sent: readonly SentRequest[];
}
