import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../Terminal.js';

interface ServeOptions {
  flags?: string;
  port?: number;
  host: string;
  token?: string;
  tokenFile?: string;
  allowedHost?: string[];
}

const EXAMPLES = `
Examples:
  $ echo '{"flagValues": {"search-maintenance": false}}' > flags.json
  $ maintenance-mode serve --flags flags.json --port 8765

  Point LaunchDarkly's SDK at it (baseUri, streamUri and eventsUri in version 4):
    initialize('local', context, { baseUrl, streamUrl, eventsUrl })   all three http://127.0.0.1:8765

  Put Bob's search into maintenance. Give both commands the same environment:
  $ export LD_ACCESS_TOKEN=local LD_ENVIRONMENT=local LD_BASE_URI=http://127.0.0.1:8765
  $ maintenance-mode on -f search-maintenance -u bob

  Put everybody's search into maintenance: write true in place of false into flags.json.

  Read a flag by the REST API; the project is "default", the environment "local":
  $ curl http://127.0.0.1:8765/api/v2/flags/default/search-maintenance -H "Authorization: $LD_ACCESS_TOKEN"

The file holds LaunchDarkly's flag data: "flags", "flagValues" and "segments". Edits by hand are taken while the server runs.
A boolean of "flagValues" is a flag that is on and serves this value by default, so that single users can be put into maintenance. For
"guard" and "on" without a user write a flag that is off under "flags", whose "fallthrough" serves maintenance.
A flag under "flags" reaches a browser only with "clientSideAvailability": {"usingEnvironmentId": true}.
Only local programs and pages of this computer are answered. Changing flags takes the access token.
This server is for development and tests. In production use LaunchDarkly, its Relay Proxy, or an OpenFeature provider.`;

/** The command `serve`: a local flag server for development and tests. */
export function createServeCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description("serve the flags of a file with LaunchDarkly's protocols, for development and tests")
    .option('--flags <file>', "a file of LaunchDarkly's flag-data JSON")
    .option('--port <number>', 'the port to listen on; 0 takes a free one', parsePort)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option(
      '--token-file <file>',
      'a file that holds the access token; default: the variable LD_ACCESS_TOKEN, or a new one that is printed',
    )
    .option('--token <token>', 'the access token itself, which other users of this machine can see')
    .option(
      '--allowed-host <name>',
      'a name of this server beside localhost; pages of that name may read flags; repeatable',
      (name: string, names: string[] = []) => [...names, name],
    )
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions, command: Command) => serve(options, command, terminal));
}

async function serve(options: ServeOptions, command: Command, terminal: Terminal): Promise<void> {
  const { flags, port, host, allowedHost = [] } = options;
  // Not Commander's own check of required options: it runs before the check that suggests --flags for --flag.
  if (flags === undefined) return command.error("error: option '--flags <file>' is missing");
  if (port === undefined)
    return command.error("error: option '--port <number>' is missing; 0 takes a free one");
  const { token, source } = await readToken(options, terminal.env);
  const interruption = terminal.interruption();
  // Loaded here: LaunchDarkly's server SDK takes a while to load, and no other command needs it.
  const { createFlagServer } = await import('../../flag-server/createFlagServer.js');
  const server = await createFlagServer({
    file: flags,
    port,
    host,
    token,
    allowedHosts: [...allowedHost, ...(isIP(host) ? [] : [host])],
    onWarning: (text) => {
      for (const line of text.split('\n')) terminal.warn(line);
    },
  });
  terminal.warn(
    'For development and tests. In production use LaunchDarkly, its Relay Proxy, or an OpenFeature provider.',
  );
  if (!isLoopback(host)) {
    terminal.warn(`Anyone who reaches ${host} can read the flags. Changing them takes the access token.`);
  }
  terminal.print(`listening on ${server.url}`);
  if (source === 'new') {
    terminal.warn(
      `To change flags: export LD_ACCESS_TOKEN=${token} LD_ENVIRONMENT=local LD_BASE_URI=${server.url}`,
    );
  }
  await once(interruption, 'abort');
  await server.close();
}

/** Reads the token from option, file or environment, in this order. Without one it creates a new token. */
async function readToken(
  { token, tokenFile }: ServeOptions,
  env: Terminal['env'],
): Promise<{ token: string; source: 'given' | 'new' }> {
  if (token !== undefined && tokenFile !== undefined) {
    throw new Error('Give --token or --token-file, not both.');
  }
  const given = tokenFile === undefined ? (token ?? env['LD_ACCESS_TOKEN']) : await readTokenFile(tokenFile);
  if (given) return { token: given, source: 'given' };
  if (token === '') throw new Error('--token is empty. Leave it out to have one made.');
  return { token: `local-${randomBytes(12).toString('hex')}`, source: 'new' };
}

async function readTokenFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`--token-file ${file} cannot be read: ${reason}.`, { cause });
  });
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error(`--token-file ${file} must hold one word of printable ASCII, the token.`);
  }
  return token;
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
