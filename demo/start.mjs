// Starts the demo: `npm start [-- --port N] [-- --reset]`. It builds the demo, and serves the shop, the operator's panel and a local flag server
// in this process. The flags are stored in .demo/flags.json. "Reindex everyone" runs a script for each customer. Use `--job FILE` and
// `--customers FILE` for your own script and list.
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { buildDemo } from './buildDemo.mjs';

const DEFAULT_PORT = 4400;

const { port, flags, reset, job, customers } = readOptions();
let demo;
try {
  const started = Date.now();
  const { createDemo, assets } = await buildDemo(say);
  say(`Built the demo in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  const root = join(import.meta.dirname, '..');
  demo = await createDemo({ root, port, file: flags, reset, job, customers, assets, onNote: say });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

console.log(demo.url);
say(`Its flag server is at ${demo.flagServer}. To change flags from a shell as well:`);
say(`  export LD_ACCESS_TOKEN=${demo.token}`);
say('Ctrl-C stops both.');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    await demo.close();
    process.exit(0);
  });
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        flags: { type: 'string', default: '.demo/flags.json' },
        reset: { type: 'boolean', default: false },
        job: { type: 'string' },
        customers: { type: 'string' },
      },
    });
    const number = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || number > 65_535) {
      fail(`--port is ${values.port}; it must be a number from 0 to 65535, where 0 takes a free one.`);
    }
    return { ...values, port: number };
  } catch (error) {
    return fail(error.message);
  }
}

// Only the address goes to standard output, so that a script can read it.
function say(text) {
  console.error(text);
}

function fail(text) {
  say(`The demo did not start: ${text}`);
  process.exit(1);
}
