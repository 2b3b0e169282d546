// Starts the local flag server, and then the app. In production you start the app alone: `node build/server.js`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

process.loadEnvFile('local.env');
process.env.FLAG_SERVER = process.env.LD_BASE_URI;
const command = 'node_modules/react-maintenance-mode/dist/cli/main.js';
const { port } = new URL(process.env.FLAG_SERVER);
const flags = spawn(process.execPath, [command, 'serve', '--flags', 'flags.json', '--port', port], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => flags.kill());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
flags.once('exit', (code) => process.exit(code ?? 1));
await once(flags.stdout, 'data'); // it says that it listens
await import('./build/server.js');
