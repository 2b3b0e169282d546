import type { FlagSource } from '../core/FlagSource.js';
import type { Example } from '../testing/exampleMaintenance.js';

/** What `createDevtools` gives: what the source goes through and the clock, both for the provider, and the rest for the panel. */
export interface Devtools {
  /** A source with what was chosen in the panel over it; for the same source the same one. */
  readonly wrap: (source: FlagSource) => FlagSource;
  /** The clock, moved as the panel says. */
  readonly now: () => number;
  /** What the panel works with; absent in production. */
  readonly controls?: DevtoolsControls | undefined;
}

/** A feature in the panel. */
export interface Subject {
  readonly key: string;
  readonly flag: string;
  readonly label: string;
}

export interface DevtoolsControls {
  /** The defined features; without them, the flags that were asked for so far. */
  readonly subjects: () => readonly Subject[];
  /** What the flag service says of a flag, in short, whatever was put over it. */
  readonly said: (flag: string) => string;
  readonly chosen: (flag: string) => Example | undefined;
  /** Puts a value over that of the service, or takes it away. */
  readonly choose: (flag: string, example: Example | undefined) => void;
  /** Minutes by which the clock is moved. */
  readonly minutes: () => number;
  readonly moveClock: (minutes: number) => void;
  readonly reset: () => void;
  /** Calls `listener` when anything of this changed. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Another number after each change. */
  readonly version: () => number;
}
