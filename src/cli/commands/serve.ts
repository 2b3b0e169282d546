import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../Terminal.js';
import { cleanVariable } from '../text.js';

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

  Put search into maintenance for everyone: replace false with true in flags.json.

  Read a flag by the REST API; the project is "default", the environment "local":
  $ curl http://127.0.0.1:8765/api/v2/flags/default/search-maintenance -H "Authorization: $LD_ACCESS_TOKEN"

The file contains LaunchDarkly's flag data: "flags", "flagValues" and "segments". The server loads edits of the file while it runs.
A boolean in "flagValues" is a flag that is on and serves this value by default, so that single users can be put into maintenance. For
"guard" and "on" without a user, define a flag under "flags" that is off and whose "fallthrough" serves maintenance.
Browsers get a flag under "flags" only if it has "clientSideAvailability": {"usingEnvironmentId": true}.
Tools that wait until a server is up, such as Playwright and wait-on, can ask for its address or for /status.
The server answers only local programs and pages of this computer. Changing flags requires the access token.
This server is for development and tests. In production use LaunchDarkly, its Relay Proxy, or an OpenFeature provider.`;

/** The command `serve`: a local flag server for development and tests. */
export function createServeCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description("serve the flags of a file with LaunchDarkly's protocols, for development and tests")
    .option('--flags <file>', "a file of LaunchDarkly's flag-data JSON")
    .option('--port <number>', 'the port to listen on; 0 means any free port', parsePort)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option(
      '--token-file <file>',
      'a file that contains the access token. Default: the variable LD_ACCESS_TOKEN, or a new token that is printed',
    )
    .option('--token <token>', 'the access token. Other users of this machine can see it here')
    .option(
      '--allowed-host <name>',
      'a further host name of this server; pages of this host may read flags; can be repeated',
      (name: string, names: string[] = []) => [...names, name],
    )
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions, command: Command) => serve(options, command, terminal));
}

async function serve(options: ServeOptions, command: Command, terminal: Terminal): Promise<void> {
  const { flags, port, host, allowedHost = [] } = options;
  // Commander's own check of required options runs too early: a typo such as --flag would get no suggestion.
  if (flags === undefined) return command.error("error: option '--flags <file>' is missing");
  if (port === undefined)
    return command.error("error: option '--port <number>' is missing; 0 means any free port");
  const { token, source } = await chooseToken(options, terminal.env);
  const interruption = terminal.interruption();
  // Load it here, because LaunchDarkly's server SDK takes time to load, and no other command needs it.
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
    terminal.warn(
      `Anyone who can reach ${host} can read the flags. Changing them requires the access token.`,
    );
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
async function chooseToken(
  { token, tokenFile }: ServeOptions,
  env: Terminal['env'],
): Promise<{ token: string; source: 'given' | 'new' }> {
  if (token !== undefined && tokenFile !== undefined) {
    throw new Error('Give --token or --token-file, not both.');
  }
  const given =
    tokenFile === undefined
      ? (token ?? cleanVariable(env['LD_ACCESS_TOKEN']))
      : await readTokenFile(tokenFile);
  if (given) return { token: given, source: 'given' };
  if (token === '') throw new Error('--token is empty. Without this option, a token is created.');
  return { token: `local-${randomBytes(12).toString('hex')}`, source: 'new' };
}

async function readTokenFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`--token-file ${file} cannot be read: ${reason}.`, { cause });
  });
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error(`--token-file ${file} must contain only the token, in visible ASCII characters.`);
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
