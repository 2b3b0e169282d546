import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ReindexState, ReindexCustomer } from '../operator/ReindexState.js';
import {
  eachWords,
  offWords,
  toCommandLine,
  type ReindexPlaces,
  type ReindexRun,
  journalService,
} from './commandLines.js';
import { endRun, followRun, type EachEvent } from './followRun.js';
import { readFile } from 'node:fs/promises';
import { readJournal } from '../../src/cli/each/journal.js';
import { features } from '../features.js';

/** "Reindex everyone": runs the built command `maintenance-mode each` as a child process, one run at a time. */
export interface Reindex {
  readonly state: () => ReindexState;
  /** Calls the listener on every change. Returns a function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Starts a run, from the beginning or where the last one stopped. Returns false while one is running. */
  readonly start: (run: Omit<ReindexRun, 'redo'>) => boolean;
  /** Asks the run to stop. The customer being worked on stays in maintenance. */
  readonly stop: () => void;
  /** Ends one customer's maintenance by hand. */
  readonly end: (customer: string) => Promise<void>;
  /** Stops every process and waits until they have exited. */
  readonly close: () => Promise<void>;
}

const MAX_WORDS = 60;
const nothingYet = { users: 0, perSecond: null, secondsLeft: null };

/** @throws an Error when the journal of an earlier demo cannot be read. */
export async function createReindex(places: ReindexPlaces, token: string): Promise<Reindex> {
  const listeners = new Set<() => void>();
  const children = new Map<ChildProcess, Promise<void>>();
  let run: ChildProcess | undefined;
  const customers = await readCustomers(places);
  let state: ReindexState = {
    phase: customers.some(({ step }) => step !== 'waiting') ? 'ended' : 'idle',
    customers,
    progress: { ...nothingYet, users: customers.filter(({ step }) => step === 'done').length },
    command: lineOf({ resume: false, redo: false, keepGoing: false, failFor: null }),
    words: [],
  };

  function set(next: ReindexState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function say(line: string): void {
    set({ ...state, words: [...state.words, line].slice(-MAX_WORDS) });
  }

  function lineOf(run: ReindexRun): string {
    return toCommandLine(eachWords(places, run), places.customers);
  }

  /** Runs a command and passes on what it writes to standard error. */
  function runCommand([, ...args]: readonly string[], input: number | 'ignore'): ChildProcess {
    const child = spawn(process.execPath, args, {
      stdio: [input, 'pipe', 'pipe'],
      // The demo itself passes Ctrl-C on, once.
      detached: process.platform !== 'win32',
      env: { ...process.env, LD_ACCESS_TOKEN: token },
    });
    const ended = once(child, 'close').then(
      () => undefined,
      (error: Error) => say(error.message),
    );
    children.set(child, ended);
    void ended.then(() => children.delete(child));
    if (child.stderr) createInterface({ input: child.stderr }).on('line', say);
    return child;
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start(wanted) {
      if (['running', 'stopping'].includes(state.phase)) return false;
      const plan = {
        ...wanted,
        redo: wanted.resume && state.customers.some(({ step }) => step === 'orphaned'),
      };
      const command = lineOf(plan);
      set({
        phase: 'running',
        customers: wanted.resume
          ? state.customers
          : state.customers.map(({ key, name, byHand }) => ({ key, name, byHand, step: 'waiting' })),
        progress: nothingYet,
        command,
        words: [...state.words, `$ ${command}`].slice(-MAX_WORDS),
      });
      if (!wanted.resume) rmSync(places.journal, { force: true });
      const list = openSync(places.customers, 'r');
      run = runCommand(eachWords(places, plan), list);
      closeSync(list);
      if (run.stdout) {
        createInterface({ input: run.stdout }).on('line', (line) => {
          // The events come from our own command, which writes this form.
          set(followRun(state, JSON.parse(line) as EachEvent));
        });
      }
      void children.get(run)?.then(() => {
        run = undefined;
        set(endRun(state));
      });
      return true;
    },
    stop() {
      if (!run || state.phase !== 'running') return;
      set({ ...state, phase: 'stopping' });
      run.kill('SIGTERM');
    },
    async end(customer) {
      const words = offWords(places, customer);
      say(`$ ${toCommandLine(words)}`);
      const off = runCommand(words, 'ignore');
      if (off.stdout) createInterface({ input: off.stdout }).on('line', say);
      await children.get(off);
    },
    async close() {
      listeners.clear();
      for (const child of children.keys()) child.kill('SIGTERM');
      await Promise.all(children.values());
    },
  };
}

/** Reads the shop's customers, and from the journal of an earlier demo how far each one's reindexing went. */
async function readCustomers(places: ReindexPlaces): Promise<ReindexCustomer[]> {
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
