// Starts the local flag server, and then Next. In production you start Next alone, with the SDK key of your environment.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

process.loadEnvFile('local.env');
const flagServer = process.env.LD_BASE_URI;
const { PORT = '3000' } = process.env;
const commands = {
  flags: [
    'react-maintenance-mode/dist/cli/main.js',
    'serve',
    '--flags',
    'flags.json',
    '--port',
    new URL(flagServer).port,
  ],
  next: ['next/dist/bin/next', 'dev', '--hostname', '127.0.0.1', '--port', PORT],
};

const flags = start(commands.flags, ['ignore', 'pipe', 'inherit']);
await once(flags.stdout, 'data'); // it says that it listens
start(commands.next, 'inherit');

/** When one of them ends, so does the other. */
function start([script, ...args], stdio) {
  const env = { ...process.env, FLAG_SERVER: flagServer };
  const child = spawn(process.execPath, [`node_modules/${script}`, ...args], { stdio, env });
  process.once('exit', () => child.kill());
  child.once('exit', (code) => process.exit(code ?? 1));
  return child;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
