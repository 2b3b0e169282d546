import type { Readable } from 'node:stream';

/** How a command meets the world. Only `main.ts` makes one that prints and exits. */
export interface Terminal {
  /** Writes a line to standard output: what was asked for. */
  print: (line: string) => void;
  /** Writes a line to standard error: everything else. */
  warn: (line: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  /** Standard input; it is opened by asking. */
  input: () => Readable;
  /** Standard error, where it is a terminal that can be drawn on. */
  screen: NodeJS.WriteStream | undefined;
  /** Whether standard output is a terminal, too. */
  stdoutIsScreen: boolean;
  /**
   * Aborted at the first SIGINT, SIGTERM or SIGHUP, with the name of the signal as its reason. From the call on, these do not end
   * the process by themselves.
   */
  interruption: () => AbortSignal;
  /** Sets the code that the process ends with once nothing is left to do. */
  exitWith: (code: number) => void;
}
