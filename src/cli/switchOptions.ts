import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { FlagSwitch } from './FlagSwitch.js';
import { createLaunchDarklySwitch } from './switches/createLaunchDarklySwitch.js';
import type { Terminal } from './Terminal.js';

/** What every command that changes a flag is told of the flag and its service. */
export interface SwitchOptions {
  readonly flag: string;
  readonly user?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly project: string;
  readonly environment?: string;
  readonly baseUri: string;
  readonly contextKind: string;
  readonly variation?: string;
}

/** Adds the options of `SwitchOptions` to a command, but for `--user`. */
export function addSwitchOptions(command: Command): Command {
  return command
    .requiredOption('-f, --flag <key>', 'the flag')
    .option(
      '-a, --api-key <token>',
      'the access token; others on this machine can read it, so prefer LD_ACCESS_TOKEN',
    )
    .option('--api-key-file <file>', 'a file that holds the access token')
    .addOption(new Option('--project <key>', 'the project').env('LD_PROJECT').default('default'))
    .addOption(new Option('--environment <key>', 'the environment').env('LD_ENVIRONMENT'))
    .addOption(
      new Option('--base-uri <uri>', 'the service')
        .env('LD_BASE_URI')
        .default('https://app.launchdarkly.com'),
    )
    .option('--context-kind <kind>', 'what kind of context users are', 'user')
    .option('--variation <name>', 'the variation that means maintenance, by its name or its value as JSON');
}

/** The switch that these options speak of. @throws an error that says which option is missing. */
export function switchOf(options: SwitchOptions, terminal: Terminal): FlagSwitch {
  const { flag, project, environment, baseUri, contextKind, variation } = options;
  if (!environment)
    throw new InvalidArgumentError('Name the environment with --environment or LD_ENVIRONMENT.');
  if (!URL.canParse(baseUri)) throw new InvalidArgumentError(`--base-uri "${baseUri}" is not an address.`);
  return createLaunchDarklySwitch({
    baseUri,
    token: tokenOf(options, terminal),
    project,
    environment,
    flag,
    contextKind,
    variation,
  });
}

function tokenOf({ apiKey, apiKeyFile }: SwitchOptions, terminal: Terminal): string {
  if (apiKey !== undefined) {
    terminal.warn(
      'The access token on the command line can be read by others on this machine. Prefer LD_ACCESS_TOKEN or --api-key-file.',
    );
  }
  const token =
    apiKey ?? (apiKeyFile === undefined ? terminal.env['LD_ACCESS_TOKEN'] : readFileSync(apiKeyFile, 'utf8'));
  const trimmed = token?.trim();
  if (trimmed) return trimmed;
  throw new InvalidArgumentError(
    'There is no access token. Set LD_ACCESS_TOKEN, or name a file with --api-key-file.',
  );
}
