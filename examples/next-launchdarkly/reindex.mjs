// Stands for the work: it gets the user's key as its last argument and takes ten seconds.
import { setTimeout } from 'node:timers/promises';

const user = process.argv.at(-1);
console.log(`Reindexing ${user}. Look at the page.`);
await setTimeout(10_000);
console.log(`Reindexed ${user}.`);
