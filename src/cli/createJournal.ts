import { existsSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { messageOf } from './messageOf.js';
import type { GuardStep } from './GuardPlan.js';
import { lockFile } from './lockFile.js';
import { readJournal, type EarlierSteps, type JournalSubject } from './readJournal.js';

/** A record of every step for every user, on the disk before the step is taken. */
export interface Journal {
  /** What earlier runs wrote down. */
  readonly earlier: EarlierSteps;
  record(user: string, step: GuardStep, code?: number): Promise<void>;
  close(): Promise<void>;
}

interface JournalOptions {
  readonly subject: JournalSubject;
  readonly run: string;
  /** Go on with a journal that is there. */
  readonly resume: boolean;
}

/** A journal for a run that keeps none. */
export const noJournal: Journal = {
  earlier: { done: new Set(), unfinished: new Map() },
  record: async () => {},
  close: async () => {},
};

/**
 * Opens a journal: a file of JSON lines that is only ever appended to, by one run at a time.
 *
 * @throws an Error when the file is there and `resume` is not set, is about something else, is no journal, or is in use.
 */
export async function createJournal(
  file: string,
  { subject, run, resume }: JournalOptions,
): Promise<Journal> {
  const lock = lockFile(`${file}.lock`);
  try {
    const present = existsSync(file) && statSync(file).size > 0;
    if (present && !resume) {
      throw new Error(`The journal ${file} exists. Go on with it by --resume, or name another file.`);
    }
    const earlier = present ? await readJournal(file, subject) : noJournal.earlier;
    const handle = await open(file, 'a');
    const append = createAppender(handle, file);
    // A line that was cut off by a crash is ended, so that the next one stands alone.
    await append(`${present ? '\n' : ''}${toLine({ subject, run })}`);
    return {
      earlier,
      record: (user, step, code) => append(toLine({ user, step, ...(code !== undefined && { code }) })),
      async close() {
        await handle.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function toLine(content: object): string {
  return `${JSON.stringify({ ...content, at: new Date().toISOString() })}\n`;
}

/** Appends in order; lines that come while the disk is busy share the next write. After a failure nothing is appended any more. */
function createAppender(handle: FileHandle, file: string): (text: string) => Promise<void> {
  let waiting = '';
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const batch = waiting;
    waiting = '';
    next = undefined;
    try {
      await handle.appendFile(batch);
      await handle.datasync();
    } catch (error) {
      throw new Error(`The journal ${file} cannot be written: ${messageOf(error)}.`, { cause: error });
    }
  }

  return (text) => {
    waiting += text;
    next ??= last = last.then(write);
    return next;
  };
}
