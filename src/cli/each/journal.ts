import { createReadStream, existsSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GuardStep } from '../runGuard.js';
import { lockFile } from '../locks.js';
import { messageOf } from '../text.js';
import { readLines } from './readKeys.js';

/** Records every step for every user on the disk, before the step is taken. */
export interface Journal {
  /** What earlier runs recorded. */
  readonly earlier: EarlierSteps;
  record(user: string, step: GuardStep, code?: number): Promise<void>;
  /** Adds a line for people and programs. Later runs ignore it. */
  note(content: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

interface JournalOptions {
  readonly subject: JournalSubject;
  readonly run: string;
  /** Continue an existing journal. */
  readonly resume: boolean;
}

/** A journal that records nothing. */
export const noJournal: Journal = {
  earlier: { done: new Set(), unfinished: new Map() },
  record: async () => {},
  note: async () => {},
  close: async () => {},
};

/**
 * Opens a journal: a file of JSON lines. Runs only append to it, one run at a time.
 *
 * @throws an Error if the file exists and `resume` is not set, or if it is about something else, not a journal, or in use.
 */
export async function createJournal(
  file: string,
  { subject, run, resume }: JournalOptions,
): Promise<Journal> {
  // A file may have several names through symbolic links, but it has one lock.
  const lock = lockFile(`${realPathOf(file)}.lock`);
  try {
    // Opening a named pipe would wait for a reader, and no signal could end that.
    if (existsSync(file) && !statSync(file).isFile())
      throw new Error(`The journal ${file} is not a regular file.`);
    const present = existsSync(file) && statSync(file).size > 0;
    if (present && !resume) {
      throw new Error(`The journal ${file} exists. Continue it with --resume, or use another file.`);
    }
    const earlier = present ? await readJournal(file, subject) : noJournal.earlier;
    const handle = await open(file, 'a');
    const append = createAppender(handle, file);
    // A crash may have cut off the last line. End that line, so that the next one is complete.
    await append(`${present ? '\n' : ''}${toLine({ subject, run })}`);
    return {
      earlier,
      record: (user, step, code) => append(toLine({ user, step, ...(code !== undefined && { code }) })),
      note: (content) => append(toLine(content)),
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

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // The file does not exist yet. Its folder may have several names.
    return existsSync(dirname(file)) ? join(realpathSync(dirname(file)), basename(file)) : file;
  }
}

function toLine(content: object): string {
  return `${JSON.stringify({ ...content, at: new Date().toISOString() })}\n`;
}

/** Appends in order. Lines that come during a write share the next write. After a failure nothing is appended. */
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

/** What a journal is about. A run only continues a journal about the same subject. */
export interface JournalSubject {
  /** The address of the service, or the name of --journal-service. */
  readonly service: string;
  readonly flag: string;
  /** The scope of the switch, such as an environment. */
  readonly [scope: string]: string;
}

/** The last step that earlier runs took for each user. */
export interface EarlierSteps {
  readonly done: ReadonlySet<string>;
  /** A user is removed from it when a run continues with that user. */
  readonly unfinished: Map<string, Exclude<GuardStep, 'done' | 'undone'>>;
}

interface JournalLine {
  readonly user?: string;
  readonly step?: GuardStep;
  readonly subject?: JournalSubject;
}

/** Reads a journal. @throws an Error if it is about something else, or not a journal. */
export async function readJournal(file: string, subject: JournalSubject): Promise<EarlierSteps> {
  const done = new Set<string>();
  const unfinished: EarlierSteps['unfinished'] = new Map();
  let isOurs = false;
  for await (const listed of readLines(createReadStream(file))) {
    // An invalid line was cut off by a crash. The step after it was not taken.
    const line = 'key' in listed ? parseJournalLine(listed.key) : undefined;
    if (!isOurs && !line?.subject) break;
    isOurs = true;
    if (line?.subject) checkSubject(file, line.subject, subject);
    if (line?.user === undefined || !line.step) continue;
    done.delete(line.user);
    unfinished.delete(line.user);
    if (line.step === 'done') done.add(line.user);
    else if (line.step !== 'undone') unfinished.set(line.user, line.step);
  }
  if (!isOurs)
    throw new Error(`${file} is not a journal: its first line is not the first line of a journal.`);
  return { done, unfinished };
}

function checkSubject(file: string, found: JournalSubject, wanted: JournalSubject): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(`The journal ${file} is about ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
}

function parseJournalLine(text: string): JournalLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    // A journal only has our own lines. Missing fields are ignored.
    return typeof line === 'object' && line !== null ? (line as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}
