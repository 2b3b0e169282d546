import { appendFileSync, closeSync, openSync, unlinkSync } from 'node:fs';

import { lockFile, LockTaken } from '../../src/cli/locks.js';

/**
 * Takes a lock again and again, as one of many processes, and in a third of the cases dies with it. Whoever has it makes a file that must
 * not be there, so that two owners at one time find each other.
 */
const [file = '', inside = '', log = '', seed = '1', takes = '1'] = process.argv.slice(2);
let state = Number(seed);
let left = Number(takes);

function random(): number {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return state / 2 ** 31;
}

while (left > 0) {
  try {
    const lock = lockFile(file);
    left -= 1;
    try {
      closeSync(openSync(inside, 'wx'));
    } catch {
      appendFileSync(log, 'two owners\n');
    }
    const until = performance.now() + random() * 2;
    while (performance.now() < until);
    unlinkSync(inside);
    appendFileSync(log, 'one owner\n');
    if (random() < 1 / 3) process.kill(process.pid, 'SIGKILL');
    lock.release();
  } catch (error) {
    if (!(error instanceof LockTaken)) {
      appendFileSync(log, `${String(error)}\n`);
      break;
    }
  }
}
