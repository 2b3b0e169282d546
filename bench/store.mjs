// Measures the cost of flipping one flag of many: in the store, and in a plain loop that reads every flag again, in the same run.
// Needs a build. Usage: npm run bench:store
import {
  createMaintenanceStore,
  defineFeatures,
  interpretFlag,
  memorySource,
} from 'react-maintenance-mode/core';
import { failOnError } from './failOnError.mjs';

// The number of features, and how many of them are in maintenance throughout.
const cases = [
  [1000, 0],
  [10_000, 0],
  [10_000, 100],
];
const rounds = 7;

console.log('features   in maintenance   store ns/flip   plain loop ns/flip   the store takes');
for (const [count, down] of cases) {
  const features = defineFeatures(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, { flag: `flag-${index}` }])),
  );
  const store = followStore(features, valuesOf(down));
  const loop = followLoop(features, valuesOf(down));
  const storeTimes = [];
  const loopTimes = [];
  // Take turns, so that a busy machine affects both alike.
  for (let round = 0; round < rounds; round += 1) {
    storeTimes.push(nanosecondsPerFlip(store, 10_000));
    loopTimes.push(nanosecondsPerFlip(loop, Math.ceil(500_000 / count)));
  }
  const ours = median(storeTimes);
  const plain = median(loopTimes);
  console.log(
    String(count).padStart(8),
    String(down).padStart(16),
    ours.toFixed(0).padStart(15),
    plain.toFixed(0).padStart(20),
    `${((100 * ours) / plain).toFixed(2)} %`.padStart(17),
  );
}

/** The store, with a listener for every feature and one for a banner. */
function followStore(features, values) {
  const source = memorySource(values);
  const store = createMaintenanceStore({ features, source, onError: failOnError });
  let calls = 0;
  for (const key of Object.keys(features)) store.subscribe(key, () => (calls += 1));
  store.subscribeAffected(() => store.getAffected());
  store.start();
  return (flip) => {
    const before = calls;
    source.set('flag-7', flip % 2 ? false : 'read-only');
    if (calls !== before + 1) throw new Error(`A flip called ${calls - before} listeners.`);
  };
}

/** What an app does without a store: it reads everything and compares. */
function followLoop(features, given) {
  const values = new Map(Object.entries(given));
  const modes = new Map();
  const all = Object.values(features);
  return (flip) => {
    values.set('flag-7', flip % 2 ? false : 'read-only');
    for (const feature of all) {
      const mode = interpretFlag(values.get(feature.flag), feature)?.mode ?? 'none';
      if (modes.get(feature.key) !== mode) modes.set(feature.key, mode);
    }
  };
}

/** The values of the flags that are on throughout. The flag that is flipped is not among them. */
function valuesOf(down) {
  return Object.fromEntries(Array.from({ length: down }, (_, index) => [`flag-${index + 100}`, true]));
}

function nanosecondsPerFlip(flip, times) {
  flip.next ??= 0;
  const start = process.hrtime.bigint();
  for (let index = 0; index < times; index += 1) flip(flip.next++);
  return Number(process.hrtime.bigint() - start) / times;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
