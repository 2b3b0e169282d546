// Starts the local flag server, and then Vite. With flags of LaunchDarkly you start Vite alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'vite';

process.loadEnvFile('local.env');
const flagServer = process.env.LD_BASE_URI;
const command = 'node_modules/react-maintenance-mode/dist/cli/main.js';
const { port } = new URL(flagServer);
const flags = spawn(process.execPath, [command, 'serve', '--flags', 'flags.json', '--port', port], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => flags.kill());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
flags.once('exit', (code) => process.exit(code ?? 1));
await once(flags.stdout, 'data'); // it says that it listens

process.env.VITE_FLAG_SERVER = flagServer;
const { PORT = '5173' } = process.env;
const vite = await createServer({ server: { host: '127.0.0.1', port: Number(PORT) } });
await vite.listen();
vite.printUrls();
