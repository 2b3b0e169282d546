// The part of vitest that test/browser uses, for a browser that vitest does not drive.
import { expect as expectOnce, spyOn } from 'storybook/test';

const patienceMs = 20_000;
const tests = [];
let suite = { names: [], before: [], after: [] };
let finishings = [];

export function describe(name, write) {
  const outer = suite;
  suite = { names: [...outer.names, name], before: [...outer.before], after: [...outer.after] };
  write();
  suite = outer;
}
export function it(name, run) {
  tests.push({ name: [...suite.names, name].join(' > '), run, suite });
}
describe.each = forEach(describe);
it.each = forEach(it);
export const beforeEach = (run) => void suite.before.push(run);
export const afterEach = (run) => void suite.after.unshift(run);
export const onTestFinished = (run) => void finishings.unshift(run);

const spies = [];
export const vi = {
  spyOn(...of) {
    const spy = spyOn(...of);
    spies.push(spy);
    return spy;
  },
};

export const expect = Object.assign((value) => expectOnce(value), expectOnce, {
  /** Any matcher, until it holds. */
  poll: (read) => matchersOf(read, (value) => expectOnce(value)),
});

function matchersOf(read, expecting) {
  return new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'not'
          ? matchersOf(read, (value) => expecting(value).not)
          : (...expected) => until(async () => expecting(await read())[name](...expected)),
    },
  );
}

async function until(check) {
  const end = Date.now() + 5_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function forEach(define) {
  return (rows) => (name, run) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      let next = 0;
      define(
        name.replace(/%s/g, () => values[next++]),
        (...rest) => run(...values, ...rest),
      );
    }
  };
}

/** Runs what was defined, one after another; `report` gets each name with the error, if there was one. */
export async function runTests(report) {
  for (const { name, run, suite: around } of tests) {
    let failure;
    const noteFailure = (error) => (failure ??= error);
    try {
      await soon(async () => {
        for (const prepare of around.before) await prepare();
        await run();
      });
    } catch (error) {
      noteFailure(error);
    }
    for (const finish of [...around.after, ...finishings.splice(0)]) {
      await Promise.resolve().then(finish).catch(noteFailure);
    }
    for (const spy of spies.splice(0)) spy.mockRestore();
    await report(name, failure);
  }
}

function soon(run) {
  return Promise.race([
    run(),
    new Promise((_, reject) =>
      setTimeout(() => reject(new Error(`Not done after ${patienceMs} ms`)), patienceMs),
    ),
  ]);
}
