// The job of the demo: rebuilds the search index of one customer, which takes a second. It fails for the customer named by --fail-for.
// Usage: node demo/reindex/reindexOne.mjs [--fail-for KEY] --customer KEY
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { 'fail-for': { type: 'string' }, customer: { type: 'string' } } });
const { customer } = values;

await setTimeout(600);
if (customer === values['fail-for']) {
  console.error(`${customer}: the index is damaged at entry 1,204. Half of it is rebuilt.`);
  process.exit(1);
}
await setTimeout(600);
console.log(`${customer}: 2,408 entries reindexed.`);
