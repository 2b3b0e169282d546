import { createReadStream, existsSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { GuardStep } from './GuardPlan.js';

/** What a journal is about; a run goes on only with a journal about the same. */
export interface JournalSubject {
  readonly flag: string;
  readonly project: string;
  readonly environment: string;
  readonly contextKind: string;
}

/** A record of every step for every user, on the disk before the step is taken. */
export interface Journal {
  /** The last step that an earlier run took for this user. */
  stepOf(user: string): GuardStep | undefined;
  /** Users for whom an earlier run took its last step here. */
  usersAt(step: GuardStep): string[];
  record(user: string, step: GuardStep, code?: number): Promise<void>;
  close(): Promise<void>;
}

interface JournalLine {
  readonly user?: string;
  readonly step?: GuardStep;
  readonly subject?: JournalSubject;
}

/** A journal for a run that keeps none. */
export const noJournal: Journal = {
  stepOf: () => undefined,
  usersAt: () => [],
  record: async () => {},
  close: async () => {},
};

/**
 * Opens a journal: a file of JSON lines that is only ever appended to. With `resume` it goes on with one that is there.
 *
 * @throws an Error when the file is there and `resume` is not set, is about something else, or has a line that is none of ours.
 */
export async function createJournal(
  file: string,
  {
    subject,
    run,
    resume,
  }: { readonly subject: JournalSubject; readonly run: string; readonly resume: boolean },
): Promise<Journal> {
  const present = existsSync(file) && statSync(file).size > 0;
  if (present && !resume) {
    throw new Error(`The journal ${file} exists. Go on with it by --resume, or name another file.`);
  }
  const steps = present ? await readSteps(file, subject) : new Map<string, GuardStep>();
  const handle = await open(file, 'a+');
  const append = createAppender(handle);
  // A line that was cut off by a crash is ended, so that the next one stands alone.
  await append(`${present ? '\n' : ''}${JSON.stringify({ subject, run, at: new Date().toISOString() })}\n`);

  return {
    stepOf: (user) => steps.get(user),
    usersAt: (step) => [...steps].flatMap(([user, last]) => (last === step ? [user] : [])),
    record: (user, step, code) =>
      append(
        `${JSON.stringify({ user, step, ...(code !== undefined && { code }), at: new Date().toISOString() })}\n`,
      ),
    close: () => handle.close(),
  };
}

/** Appends in order; lines that come while the disk is busy share the next write. */
function createAppender(handle: FileHandle): (text: string) => Promise<void> {
  let waiting = '';
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  return (text) => {
    waiting += text;
    next ??= last = last.then(async () => {
      const batch = waiting;
      waiting = '';
      next = undefined;
      await handle.appendFile(batch);
      await handle.datasync();
    });
    return next;
  };
}

async function readSteps(file: string, subject: JournalSubject): Promise<Map<string, GuardStep>> {
  const steps = new Map<string, GuardStep>();
  let number = 0;
  let broken = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (!text) continue;
    // A broken line can only be one that a crash cut off: then the step after it was not taken.
    const line = parseLine(text);
    if (!line) {
      broken = number;
      continue;
    }
    if (line.subject && JSON.stringify(line.subject) !== JSON.stringify(subject)) {
      throw new Error(
        `The journal ${file} is about ${JSON.stringify(line.subject)}, not ${JSON.stringify(subject)}.`,
      );
    }
    if (line.user !== undefined && line.step) steps.set(line.user, line.step);
  }
  if (broken === 1) throw new Error(`${file} is no journal: its first line is not one of ours.`);
  return steps;
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
