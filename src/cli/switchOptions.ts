import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { FlagSwitch } from './FlagSwitch.js';
import { messageOf } from './messageOf.js';
import { createLaunchDarklySwitch } from './switches/createLaunchDarklySwitch.js';
import type { Terminal } from './Terminal.js';

/** What every command that reads or changes a flag is told of the flag and its service. */
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
    .option('-f, --flag <key>', 'the flag')
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

/** A section of `--help` about what the environment may say instead. */
export const environmentVariables = `
Environment:
  LD_ACCESS_TOKEN  the access token, which others on this machine cannot read, unlike that of -a
  LD_PROJECT, LD_ENVIRONMENT, LD_BASE_URI  what --project, --environment and --base-uri say otherwise`;

/** The switch that these options speak of. What is wrong with them counts as wrong usage of the command. */
export function switchOf(
  options: SwitchOptions,
  command: Command,
  terminal: Terminal,
  interrupted?: AbortSignal,
): FlagSwitch {
  const { flag, project, environment, baseUri, contextKind, variation } = options;
  // Not Commander's own check of required options: it comes before the one that suggests --flag for --flg.
  if (!flag) return command.error("error: option '-f, --flag <key>' is missing");
  if (!environment) return command.error('error: name the environment with --environment or LD_ENVIRONMENT');
  return createLaunchDarklySwitch({
    baseUri: checkBaseUri(baseUri, command),
    token: tokenOf(options, command, terminal),
    project,
    environment,
    flag,
    contextKind,
    variation,
    ...(interrupted && { interrupted }),
  });
}

function checkBaseUri(baseUri: string, command: Command): string {
  const url = URL.canParse(baseUri) ? new URL(baseUri) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return command.error(`error: --base-uri "${baseUri}" is no address of the form https://host`);
  }
  // They would be part of messages.
  if (url.username || url.password)
    return command.error('error: --base-uri must not hold a user or a password');
  return baseUri;
}

function tokenOf({ apiKey, apiKeyFile }: SwitchOptions, command: Command, terminal: Terminal): string {
  if (apiKey !== undefined) {
    terminal.warn(
      'The access token on the command line can be read by others on this machine. Prefer LD_ACCESS_TOKEN or --api-key-file.',
    );
  }
  const token = (
    apiKey ?? (apiKeyFile === undefined ? terminal.env['LD_ACCESS_TOKEN'] : readToken(apiKeyFile, command))
  )?.trim();
  if (!token) {
    return command.error(
      'error: there is no access token. Set LD_ACCESS_TOKEN, or name a file with --api-key-file',
    );
  }
  // The error that a header with anything else causes would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return command.error('error: the access token holds something other than visible ASCII characters');
  }
  return token;
}

function readToken(file: string, command: Command): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return command.error(`error: --api-key-file cannot be read: ${messageOf(error)}`);
  }
}
