import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { readJournal } from '../../src/cli/each/journal.js';
import { features } from '../features.js';
import type { ReindexCustomer } from '../operator/ReindexState.js';
import { journalService, offWords, toCommandLine, type ReindexPlaces } from './commandLines.js';

/** Reads the shop's customers, and from the journal of an earlier demo how far each one's reindexing went. */
export async function readCustomers(places: ReindexPlaces): Promise<ReindexCustomer[]> {
  const keys = (await readFile(places.customers, 'utf8')).trim().split('\n');
  const stepOf = await readSteps(places.journal);
  return keys.map((key) => ({
    key,
    name: key.charAt(0).toUpperCase() + key.slice(1),
    step: stepOf(key),
    byHand: toCommandLine(offWords(places, key)),
  }));
}

async function readSteps(journal: string): Promise<(key: string) => ReindexCustomer['step']> {
  if (!existsSync(journal)) return () => 'waiting';
  const subject = {
    service: journalService,
    flag: features.search.flag,
    project: 'default',
    environment: 'local',
    contextKind: 'user',
  };
  const { done, unfinished } = await readJournal(journal, subject);
  return (key) => {
    if (done.has(key)) return 'done';
    const step = unfinished.get(key);
    return step === undefined ? 'waiting' : step === 'running' ? 'orphaned' : 'held';
  };
}
