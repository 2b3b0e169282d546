import { once } from 'node:events';

import { Command, InvalidArgumentError } from 'commander';

import type { Terminal } from './Terminal.js';

interface ServeOptions {
  flags?: string;
  port?: number;
  host: string;
  token?: string;
}

const EXAMPLES = `
Examples:
  $ echo '{"flagValues": {"search-maintenance": false}}' > flags.json
  $ maintenance-mode serve --flags flags.json --port 8765

  Point LaunchDarkly's SDK at it (baseUri, streamUri and eventsUri in version 4):
    initialize('local', context, { baseUrl, streamUrl, eventsUrl })   all three http://127.0.0.1:8765

  Put search into maintenance; the project is "default", the environment "local":
  $ curl -X PATCH http://127.0.0.1:8765/api/v2/flags/default/search-maintenance \\
      -H 'Content-Type: application/json; domain-model=launchdarkly.semanticpatch' \\
      -d '{"environmentKey": "local", "instructions": [{"kind": "turnFlagOn"}]}'

The file holds LaunchDarkly's flag data: "flags", "flagValues" and "segments". Edits by hand are taken while the server runs.
A flag under "flags" reaches a browser only with "clientSideAvailability": {"usingEnvironmentId": true}.
This server is for development and tests. In production use LaunchDarkly, its Relay Proxy, or an OpenFeature provider.`;

/** The command `serve`: a local flag server for development and tests. */
export function createServeCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description("serve the flags of a file with LaunchDarkly's protocols, for development and tests")
    .option('--flags <file>', "a file of LaunchDarkly's flag-data JSON")
    .option('--port <number>', 'the port to listen on; 0 takes a free one', parsePort)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--token <token>', 'what Authorization must hold to use the REST API; without it anyone may')
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions, command: Command) => serve(options, command, terminal));
}

async function serve(options: ServeOptions, command: Command, terminal: Terminal): Promise<void> {
  const { flags, port, host, token } = options;
  // Not Commander's own check of required options: it comes before the one that suggests --flags for --flag.
  if (flags === undefined) return command.error("error: option '--flags <file>' is missing");
  if (port === undefined)
    return command.error("error: option '--port <number>' is missing; 0 takes a free one");
  const interruption = terminal.interruption();
  // LaunchDarkly's server SDK takes a while to load, and no other command needs it.
  const { createFlagServer } = await import('../flag-server/createFlagServer.js');
  const server = await createFlagServer({
    file: flags,
    port,
    host,
    ...(token === undefined ? {} : { token }),
    onWarning: terminal.warn,
  });
  terminal.warn(
    'For development and tests. In production use LaunchDarkly, its Relay Proxy, or an OpenFeature provider.',
  );
  if (!isLoopback(host) && token === undefined) {
    terminal.warn(`Anyone who reaches ${host} can change the flags. Give a --token to prevent it.`);
  }
  terminal.print(`listening on ${server.url}`);
  await once(interruption, 'abort');
  await server.close();
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
