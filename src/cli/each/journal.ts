import { createReadStream, existsSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GuardStep } from '../guard/GuardPlan.js';
import { lockFile } from '../guard/lockFile.js';
import { messageOf } from '../text.js';
import { readLines } from './readKeys.js';

/** A record of every step for every user, on the disk before the step is taken. */
export interface Journal {
  /** What earlier runs wrote down. */
  readonly earlier: EarlierSteps;
  record(user: string, step: GuardStep, code?: number): Promise<void>;
  /** Adds a line for people and programs. Later runs ignore it. */
  note(content: Readonly<Record<string, unknown>>): Promise<void>;
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
  note: async () => {},
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
  // One file may have several names, by symbolic links, and has one lock.
  const lock = lockFile(`${realPathOf(file)}.lock`);
  try {
    // A named pipe would wait for a reader, whatever signal comes.
    if (existsSync(file) && !statSync(file).isFile())
      throw new Error(`The journal ${file} is no regular file.`);
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
    // It is not there yet. Its folder may be known by another name.
    return existsSync(dirname(file)) ? join(realpathSync(dirname(file)), basename(file)) : file;
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

/** What a journal is about; a run goes on only with a journal about the same. */
export interface JournalSubject {
  /** Its address, or the name that --journal-service gives it. */
  readonly service: string;
  readonly flag: string;
  /** The scope of the switch, such as an environment. */
  readonly [scope: string]: string;
}

/** The last step that earlier runs took for each user. */
export interface EarlierSteps {
  readonly done: ReadonlySet<string>;
  /** A user is taken out of it as soon as a run goes on with that user. */
  readonly unfinished: Map<string, Exclude<GuardStep, 'done' | 'undone'>>;
}

interface JournalLine {
  readonly user?: string;
  readonly step?: GuardStep;
  readonly subject?: JournalSubject;
}

/** Reads a journal. @throws an Error when it is about something else, or is no journal. */
export async function readJournal(file: string, subject: JournalSubject): Promise<EarlierSteps> {
  const done = new Set<string>();
  const unfinished: EarlierSteps['unfinished'] = new Map();
  let isOurs = false;
  for await (const listed of readLines(createReadStream(file))) {
    // A line that is broken was cut off by a crash: then the step after it was not taken.
    const line = 'key' in listed ? parseLine(listed.key) : undefined;
    if (!isOurs && !line?.subject) break;
    isOurs = true;
    if (line?.subject) checkSubject(file, line.subject, subject);
    if (line?.user === undefined || !line.step) continue;
    done.delete(line.user);
    unfinished.delete(line.user);
    if (line.step === 'done') done.add(line.user);
    else if (line.step !== 'undone') unfinished.set(line.user, line.step);
  }
  if (!isOurs) throw new Error(`${file} is no journal: its first line is not one of ours.`);
  return { done, unfinished };
}

function checkSubject(file: string, found: JournalSubject, wanted: JournalSubject): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(`The journal ${file} is about ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
}

function parseLine(text: string): JournalLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    // Only lines of our own are in it; what is missing in one is passed over.
    return typeof line === 'object' && line !== null ? (line as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}
