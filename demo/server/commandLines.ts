import { relative, join } from 'node:path';

import { quoteForShell } from '../../src/cli/text.js';
import { features } from '../features.js';

/** Where everything is that a run needs. */
export interface ReindexPlaces {
  /** The folder of the project. */
  readonly root: string;
  /** The script that is run for each customer. */
  readonly job: string;
  readonly journal: string;
  /** The address of the flag server. */
  readonly flagServer: string;
}

/** How a run is to go. */
export interface ReindexRun {
  readonly resume: boolean;
  /** Run the job again for customers in whose middle an earlier run was killed. */
  readonly redo: boolean;
  readonly keepGoing: boolean;
  /** The customer whose job is to fail. */
  readonly failFor: string | null;
}

/** What the journal calls the flag server. */
export const journalService = 'demo';

/** A file of the project as a path from where the demo was started, so that its command lines can be pasted there. */
export function placeOf(root: string, file: string): string {
  return relative('', join(root, file));
}

/** The customers, a key for each line. */
export function customersIn({ root }: ReindexPlaces): string {
  return placeOf(root, 'demo/reindex/customers.txt');
}

/** The words of the command that reindexes one customer after another. The list is its standard input. */
export function eachWords(places: ReindexPlaces, run: ReindexRun): string[] {
  const { root, job, journal } = places;
  return [
    ...['node', commandIn(root), 'each', ...flagWords(places), '--json', '--journal', journal],
    // The address of the flag server is another one after a restart.
    ...['--journal-service', journalService],
    ...(run.resume ? ['--resume'] : []),
    ...(run.redo ? ['--redo'] : []),
    ...(run.keepGoing ? ['--keep-going'] : []),
    ...['--', 'node', job, ...(run.failFor === null ? [] : ['--fail-for', run.failFor]), '--customer'],
  ];
}

/** The words of the command that ends a customer's maintenance by hand. */
export function offWords(places: ReindexPlaces, customer: string): string[] {
  return ['node', commandIn(places.root), 'off', ...flagWords(places), '-u', customer];
}

/** As it is typed in a shell, with the access token in LD_ACCESS_TOKEN. */
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
