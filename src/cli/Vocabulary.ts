/** What a shell can complete of a program. */
export interface Vocabulary {
  readonly name: string;
  readonly commands: readonly CommandWords[];
}

export interface CommandWords {
  readonly name: string;
  readonly description: string;
  /** What follows after the options: a command of the system, or one of some words. */
  readonly operands: 'command' | readonly string[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** What it takes, if anything. */
  readonly value: 'file' | 'other' | undefined;
}
