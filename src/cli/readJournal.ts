import { createReadStream } from 'node:fs';
import type { GuardStep } from './GuardPlan.js';
import { readLines } from './readKeys.js';

/** What a journal is about; a run goes on only with a journal about the same. */
export interface JournalSubject {
  /** Its address, or the name that --journal-service gives it. */
  readonly service: string;
  readonly flag: string;
  readonly project: string;
  readonly environment: string;
  readonly contextKind: string;
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
