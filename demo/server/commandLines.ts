import { relative, join } from 'node:path';

import { quoteForShell } from '../../src/cli/text.js';
import { features } from '../features.js';

/** The paths and addresses that a run needs. */
export interface ReindexPlaces {
  /** The folder of the project. */
  readonly root: string;
  /** The script that is run for each customer. */
  readonly job: string;
  /** The file with the keys of the customers, one per line. */
  readonly customers: string;
  readonly journal: string;
  /** The address of the flag server. */
  readonly flagServer: string;
}

/** The options of a run. */
export interface ReindexRun {
  readonly resume: boolean;
  /** Run the job again for customers whose job was interrupted when an earlier run was killed. */
  readonly redo: boolean;
  readonly keepGoing: boolean;
  /** The customer whose job should fail. */
  readonly failFor: string | null;
}

/** The name of the flag server in the journal. */
export const journalService = 'demo';

/** The path of a project file relative to the working directory, so that printed command lines can be pasted there. */
export function placeOf(root: string, file: string): string {
  return relative('', join(root, file));
}

/** The arguments of the command that reindexes the customers one after another. It reads the keys from standard input. */
export function eachWords(places: ReindexPlaces, run: ReindexRun): string[] {
  const { root, job, journal } = places;
  return [
    ...['node', commandIn(root), 'each', ...flagWords(places), '--json', '--journal', journal],
    // The address of the flag server changes with each restart, so the journal needs a stable name.
    ...['--journal-service', journalService],
    ...(run.resume ? ['--resume'] : []),
    ...(run.redo ? ['--redo'] : []),
    ...(run.keepGoing ? ['--keep-going'] : []),
    ...['--', 'node', job, ...(run.failFor === null ? [] : ['--fail-for', run.failFor]), '--customer'],
  ];
}

/** The arguments of the command that ends one customer's maintenance by hand. */
export function offWords(places: ReindexPlaces, customer: string): string[] {
  return ['node', commandIn(places.root), 'off', ...flagWords(places), '-u', customer];
}

/** The command line as a person types it in a shell. It expects the access token in LD_ACCESS_TOKEN. */
export function toCommandLine(words: readonly string[], input?: string): string {
  const line = words.map(quoteForShell).join(' ');
  return input === undefined ? line : `${line} < ${quoteForShell(input)}`;
}

function commandIn(root: string): string {
  return placeOf(root, 'dist/cli/main.js');
}

function flagWords({ flagServer }: ReindexPlaces): string[] {
  return ['-f', features.search.flag, '--environment', 'local', '--base-uri', flagServer];
}
