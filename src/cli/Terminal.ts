import type { Readable } from 'node:stream';

/** How a command meets the world. Only `main.ts` makes one that prints and exits. */
export interface Terminal {
  /** Writes a line to standard output: what was asked for. Controls in it are escaped, newlines too. */
  print: (line: string) => void;
  /** Writes a line to standard error: everything else. Controls in it are escaped, newlines too. */
  warn: (line: string) => void;
  /** Resolves once standard output was read, or its reader is gone, so that lines do not pile up in memory. */
  flushed: () => Promise<void>;
  /** Asks a question; absent where nobody sits at a terminal. */
  ask?: ((question: string) => Promise<string>) | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Standard input; it is opened by asking. */
  input: () => Readable;
  /** Standard error, where it is a terminal that can be drawn on. */
  screen: NodeJS.WriteStream | undefined;
  /** How wide standard output is, where it is a terminal. */
  columns?: number | undefined;
  /** Whether standard output is a terminal, too. */
  stdoutIsScreen: boolean;
  /** Whether we are in the foreground of a terminal, so that a command may ask there. */
  ownsTerminal: boolean;
  /** Whether we were started to go on when the terminal closes, as by `nohup`. */
  ignoresHangup: boolean;
  /** As `process.platform`. */
  platform: NodeJS.Platform;
  /**
   * Aborted at the first SIGINT, SIGTERM or SIGHUP, with the name of the signal as its reason. From the call on, these do not end
   * the process by themselves. A SIGHUP that we were started to ignore is ignored.
   */
  interruption: () => AbortSignal;
  /** Sets the code that the process ends with once nothing is left to do. */
  exitWith: (code: number) => void;
}
