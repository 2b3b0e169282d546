/** What a shell can complete of a program. */
export interface Vocabulary {
  readonly name: string;
  readonly commands: readonly CommandWords[];
}

export interface CommandWords {
  readonly name: string;
  readonly description: string;
  /** Whether a command of the system follows after the options. */
  readonly runsOthers: boolean;
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
}
