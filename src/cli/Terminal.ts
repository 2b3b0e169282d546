import type { Readable } from 'node:stream';

/** The surroundings of a command: output, input, signals. Only `main.ts` creates one that prints and exits. */
export interface Terminal {
  /** Writes a line to standard output: the result that was asked for. Control characters are escaped, newlines too. */
  print: (line: string) => void;
  /** Writes a line to standard error: everything else. Control characters are escaped, newlines too. */
  warn: (line: string) => void;
  /** Resolves when the reader of standard output has caught up or is gone, so that lines do not pile up in memory. */
  flushed: () => Promise<void>;
  /** Whether standard output still has a reader, as far as writing to it has told. */
  isRead: () => boolean;
  /** Asks a question. Absent when there is no terminal to ask on. */
  ask?: ((question: string) => Promise<string>) | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Opens and returns standard input. */
  input: () => Readable;
  /** Standard error, if it is a terminal that can show a progress bar. */
  screen: NodeJS.WriteStream | undefined;
  /** The width of standard output in columns, if it is a terminal. */
  columns?: number | undefined;
  /** Whether standard output is a terminal as well. */
  stdoutIsScreen: boolean;
  /** Whether this process is in the foreground of a terminal, so that its commands may ask questions there. */
  ownsTerminal: boolean;
  /** Whether this process should survive the closing of its terminal, as with `nohup`. */
  ignoresHangup: boolean;
  /** As `process.platform`. */
  platform: NodeJS.Platform;
  /**
   * Aborted at the first SIGINT, SIGTERM or SIGHUP, with the name of the signal as its reason. After this call these signals no longer end
   * the process by themselves. SIGHUP is ignored if the process was started to ignore it.
   */
  interruption: () => AbortSignal;
  /** Sets the exit code for when the process ends. */
  exitWith: (code: number) => void;
}
