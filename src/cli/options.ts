import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FlagSwitch } from '../switch/FlagSwitch.js';
import type { Terminal } from './Terminal.js';
import { findOddity } from './each/readKeys.js';
import { describeError, loadSwitch } from './switches/loadSwitch.js';
import { createLaunchDarklySwitch } from './switches/createLaunchDarklySwitch.js';
import { cleanVariable, holdsSecret, messageOf, quoteForShell } from './text.js';
import type { GuardPlan } from './runGuard.js';
import { instantPattern, interpretFlag } from '../core/interpretFlag.js';

/** The options of every command that reads or changes a flag. */
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
  readonly switch?: string;
  readonly switchOption?: Readonly<Record<string, string>>;
}

/** Adds the options of `SwitchOptions` to a command, except `--user`. */
export function addSwitchOptions(command: Command): Command {
  return command
    .option('-f, --flag <key>', 'the flag', parseFlag)
    .addOption(
      withVariable(
        'MAINTENANCE_SWITCH',
        new Option(
          '--switch <module>',
          "a module that creates the switch for another service. Default: LaunchDarkly's switch, which has the options below",
        ),
      ),
    )
    .option('--switch-option <name=value>', 'an option for that module; can be repeated', parseSwitchOption)
    .option(
      '-a, --api-key <token>',
      'the access token. Other users of this machine can read it here, so prefer LD_ACCESS_TOKEN',
    )
    .option('--api-key-file <file>', 'a file that contains the access token')
    .addOption(withVariable('LD_PROJECT', new Option('--project <key>', 'the project').default('default')))
    .addOption(withVariable('LD_ENVIRONMENT', new Option('--environment <key>', 'the environment')))
    .addOption(
      withVariable(
        'LD_BASE_URI',
        new Option('--base-uri <uri>', 'the service').default('https://app.launchdarkly.com'),
      ),
    )
    .option('--context-kind <kind>', 'the context kind of users', 'user')
    .option('--variation <name>', 'the variation that means maintenance: its name, or its value as JSON');
}

/** Gives an option the value of a variable, unless that is empty. */
function withVariable(name: string, option: Option): Option {
  return cleanVariable(process.env[name]) ? option.env(name).argParser(cleanVariable) : option;
}

/** The section of `--help` about environment variables. */
export const environmentVariables = `
Environment:
  LD_ACCESS_TOKEN  the access token. Unlike with -a, other users of this machine cannot read it. Commands do not inherit it
  MAINTENANCE_SWITCH  the default of --switch
  LD_PROJECT, LD_ENVIRONMENT, LD_BASE_URI  the defaults of --project, --environment and --base-uri
  MAINTENANCE_MODE_LEASES  a folder that all guards share; default: /tmp/maintenance-mode-leases, for all users of this machine`;

/** A switch, and the environment for commands: ours, without the variables that contain a secret of the switch. */
interface OpenSwitch {
  readonly flagSwitch: FlagSwitch;
  readonly childEnv: Readonly<Record<string, string | undefined>>;
}

/** Creates the switch that the options name. Invalid options are a usage error of the command. */
export async function openSwitch(
  options: SwitchOptions & { readonly passToken?: boolean; readonly all?: boolean },
  command: Command,
  terminal: Terminal,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<OpenSwitch> {
  // Commander's own check of required options runs too early: a typo such as --flg would get no suggestion.
  if (!options.flag && !options.all) return command.error("error: option '-f, --flag <key>' is missing");
  const flagSwitch =
    options.switch === undefined
      ? launchDarklySwitchOf(options, command, terminal, interrupted)
      : await ownSwitchOf(options.switch, options, command, terminal, interrupted);
  const { secrets = [] } = flagSwitch;
  const exposed = Object.entries(options.switchOption ?? {}).find(([, value]) =>
    secrets.some((secret) => holdsSecret(value, secret)),
  );
  if (exposed) {
    terminal.warn(
      `Other users of this machine can read the secret in --switch-option ${exposed[0]}. Prefer an environment variable.`,
    );
  }
  return { flagSwitch, childEnv: options.passToken ? terminal.env : withoutSecrets(terminal.env, secrets) };
}

function launchDarklySwitchOf(
  options: SwitchOptions,
  command: Command,
  terminal: Terminal,
  interrupted: AbortSignal,
): FlagSwitch {
  const { flag = '', project, environment, baseUri, contextKind, variation, switchOption } = options;
  if (switchOption) command.error("error: option '--switch-option <name=value>' needs '--switch <module>'");
  if (!environment) return command.error('error: set the environment with --environment or LD_ENVIRONMENT');
  const token = tokenOf(options, command, terminal);
  return createLaunchDarklySwitch({
    baseUri: checkBaseUri(baseUri, command),
    token,
    project,
    environment,
    flag,
    contextKind,
    variation,
    hint: hintAtProxy(terminal.env),
    interrupted,
  });
}

const launchDarklyOptions = [
  'apiKey',
  'apiKeyFile',
  'project',
  'environment',
  'baseUri',
  'contextKind',
  'variation',
] as const satisfies readonly (keyof SwitchOptions)[];

async function ownSwitchOf(
  file: string,
  options: SwitchOptions,
  command: Command,
  { env, warn, onStrayError }: Terminal,
  signal: AbortSignal,
): Promise<FlagSwitch> {
  const foreign = launchDarklyOptions.find((name) => command.getOptionValueSource(name) === 'cli');
  if (foreign !== undefined) {
    const flags = command.options.find((option) => option.attributeName() === foreign)?.flags;
    command.error(
      `error: option '${flags}' belongs to LaunchDarkly's switch. Give an option to ${file} with --switch-option NAME=VALUE`,
    );
  }
  const { flag = '', switchOption = {} } = options;
  onStrayError((error) =>
    warn(
      `maintenance-mode: --switch ${file}: an error in the background was ignored: ${describeError(error)}`,
    ),
  );
  try {
    return await loadSwitch(file, { flag, options: switchOption, env, signal });
  } catch (error) {
    return command.error(`error: ${messageOf(error)}`);
  }
}

function parseSwitchOption(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It must have the form NAME=VALUE.');
  return { ...before, [name]: value };
}

/** Node.js ignores proxy variables of the environment unless NODE_USE_ENV_PROXY is set. */
function hintAtProxy(env: Terminal['env']): string | undefined {
  const name = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((key) => env[key]);
  if (name === undefined || env['NODE_USE_ENV_PROXY'] === '1') return undefined;
  return `${name} is set, but Node.js uses it only with NODE_USE_ENV_PROXY=1, since version 22.21 or 24.5.`;
}

function withoutSecrets(env: Terminal['env'], secrets: readonly string[]): Terminal['env'] {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name, value = '']) =>
        name !== 'LD_ACCESS_TOKEN' && !secrets.some((secret) => holdsSecret(value, secret)),
    ),
  );
}

function checkBaseUri(baseUri: string, command: Command): string {
  const url = URL.canParse(baseUri) ? new URL(baseUri) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return command.error(`error: --base-uri "${baseUri}" is not an address of the form https://host`);
  }
  // A user name and password would appear in messages.
  if (url.username || url.password)
    return command.error('error: --base-uri must not contain a user name or a password');
  return baseUri;
}

function tokenOf({ apiKey, apiKeyFile }: SwitchOptions, command: Command, terminal: Terminal): string {
  if (apiKey !== undefined) {
    terminal.warn(
      'Other users of this machine can read the access token on the command line. Prefer LD_ACCESS_TOKEN or --api-key-file.',
    );
  }
  const token = (
    apiKey ??
    (apiKeyFile === undefined
      ? cleanVariable(terminal.env['LD_ACCESS_TOKEN'])
      : readToken(apiKeyFile, command))
  )?.trim();
  if (!token) {
    return command.error('error: there is no access token. Set LD_ACCESS_TOKEN, or use --api-key-file');
  }
  // Check the token here: the error for an invalid header would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return command.error('error: the access token contains characters other than visible ASCII');
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

/** The command line that ends maintenance by hand, ready to paste into a shell. It never contains the access token. */
export function manualOffCommand(
  options: SwitchOptions,
  { secrets = [] }: Pick<FlagSwitch, 'secrets'>,
): string {
  const { flag, user, project, environment, baseUri, contextKind, variation } = options;
  const words = ['maintenance-mode', 'off', '-f', flag];
  if (user !== undefined) words.push('-u', user);
  if (options.switch !== undefined) {
    const more = Object.entries(options.switchOption ?? {}).flatMap(([name, value]) => [
      '--switch-option',
      secrets.some((secret) => holdsSecret(value, secret)) ? `${name}=...` : `${name}=${value}`,
    ]);
    return [...words, '--switch', options.switch, ...more].map(quoteForShell).join(' ');
  }
  if (contextKind !== 'user') words.push('--context-kind', contextKind);
  if (variation !== undefined) words.push('--variation', variation);
  if (project !== 'default') words.push('--project', project);
  if (environment !== undefined) words.push('--environment', environment);
  if (baseUri !== 'https://app.launchdarkly.com') words.push('--base-uri', baseUri);
  return words.map(quoteForShell).join(' ');
}

/** Parses the user key of an option. An empty key is refused, because it usually is a shell variable that is not set. */
export function parseUser(key: string, earlier?: string): string {
  refuseSecond(earlier);
  if (key) return key;
  throw new InvalidArgumentError('It must not be empty.');
}

/** A second user or flag would replace the first one without a word. */
function refuseSecond(earlier: string | undefined): void {
  if (earlier === undefined) return;
  throw new InvalidArgumentError(
    `It can be given only once, and ${JSON.stringify(earlier)} is there already.`,
  );
}

function parseFlag(key: string, earlier?: string): string {
  refuseSecond(earlier);
  const oddity = findOddity(key);
  if (oddity === undefined) return key;
  throw new InvalidArgumentError(`It ${oddity}.`);
}

/**
 * The same for a user who will be put into maintenance. It refuses keys that are probably mistakes, such as one with a carriage return.
 */
export function parseNewUser(key: string, earlier?: string): string {
  const oddity = findOddity(parseUser(key, earlier));
  if (oddity === undefined) return key;
  throw new InvalidArgumentError(`It ${oddity}.`);
}

/** The options of commands that run another command. Times are in seconds. */
export interface RunOptions {
  readonly settle: number;
  readonly proof: number;
  readonly timeout?: number;
  readonly grace: number;
  readonly verify?: string;
  readonly offOn?: ReadonlySet<number>;
  readonly takeOver?: boolean;
  readonly comment?: string;
  readonly stdoutMessages?: boolean;
  readonly passToken?: boolean;
}

/** Adds the options of `RunOptions` to a command. */
export function addRunOptions(command: Command): Command {
  return command
    .option(
      '--settle <seconds>',
      'how long to wait between the proof and the command. Caches may serve the old value for that long: relay proxies, big segments, servers that poll',
      parseSeconds,
      1,
    )
    .option('--proof <seconds>', 'how long the service may take to serve maintenance', parseSeconds, 30)
    .option('--timeout <seconds>', 'stop the command after this time; that is a failure', parseSeconds)
    .option(
      '--grace <seconds>',
      'how long the command may take to end after a signal, before it is killed',
      parseSeconds,
      10,
    )
    .option('--verify <command>', 'a shell command that must succeed before maintenance ends')
    .option(
      '--off-on <codes>',
      'exit codes of the command that mean that nothing was done, so that maintenance ends',
      parseCodes,
    )
    .option('--take-over', 'continue if maintenance is already on, and turn it off at the end')
    .option('--comment <text>', 'for the audit trail of the flag service')
    .option(
      '--pass-token',
      'let the command, --verify and --from inherit LD_ACCESS_TOKEN. By default they inherit no variable that contains the access token',
    )
    .option('--stdout-messages', 'write the messages of this command to standard output, as in 2015');
}

/** The part of a plan that these options set. */
export function planRun(
  options: RunOptions,
): Pick<GuardPlan, 'settleMs' | 'proofMs' | 'timeoutMs' | 'graceMs' | 'verify' | 'offOn' | 'takeOver'> {
  const { settle, proof, timeout, grace, verify, offOn = new Set<number>(), takeOver = false } = options;
  return {
    settleMs: settle * 1000,
    proofMs: proof * 1000,
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    graceMs: grace * 1000,
    verify,
    offOn,
    takeOver,
  };
}

/** Writes our own messages to standard error, so that standard output belongs to the command. */
export function createMessageWriter(
  { stdoutMessages }: RunOptions,
  terminal: Terminal,
): (line: string) => void {
  const write = stdoutMessages ? terminal.print : terminal.warn;
  return (line) => write(`maintenance-mode: ${line}`);
}

/** Parses an option in seconds. */
export function parseSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds, from 0 to 86400.');
}

function parseCodes(text: string): ReadonlySet<number> {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.every((code) => /^\d{1,3}$/.test(code) && Number(code) >= 1 && Number(code) <= 255)) {
    return new Set(codes.map(Number));
  }
  throw new InvalidArgumentError('It must be exit codes from 1 to 255, separated by commas.');
}

/** The options of a command that define the notice. */
export interface NoticeOptions {
  readonly endsAt?: Instant;
  readonly title?: string;
  readonly message?: string;
}

/** A point in time, or a duration after another one. */
export type Instant = { readonly at: number } | { readonly afterMs: number };

/** Adds the options of `NoticeOptions` to a command. With `auto`, `--ends-at` also accepts `auto`. */
export function addNoticeOptions(command: Command, { auto = false } = {}): Command {
  return command
    .option(
      '--ends-at <time>',
      `the promised end: 2026-12-01T15:30+01:00, or +90m after the start${auto ? '; "auto" estimates it from how long users took so far' : ''}`,
      (text: string) => (auto && text === 'auto' ? text : parseInstant(text)),
    )
    .option('--title <text>', 'the title of the notice')
    .option('--message <text>', 'the text of the notice');
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses the time of an option. */
export function parseInstant(text: string): Instant {
  if (/^\+(\d{1,6}[smhd])+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+)([smhd])/g)];
    return {
      afterMs: parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0),
    };
  }
  // As the command `date` writes it with %z or --rfc-3339.
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T').replace(/(T[\d:.]+[+-]\d\d)(\d\d)$/, '$1:$2');
  const isDay = new Date(iso.slice(0, 10)).getUTCDate() === Number(iso.slice(8, 10));
  if (instantPattern.test(iso) && isDay) return { at: Date.parse(iso) };
  const needsZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(iso);
  throw new InvalidArgumentError(
    `${needsZone ? 'It has no time zone. ' : ''}It must be a time with its zone, such as 2026-12-01T15:30+01:00 or 2026-12-01T14:30Z, or a duration, such as +90m, +1h30m or +1d.`,
  );
}

/** Epoch milliseconds. */
export function resolveInstant(instant: Instant, start: number): number {
  return 'at' in instant ? instant.at : start + instant.afterMs;
}

/**
 * The flag value for a maintenance that begins at `start`; `undefined` if no option sets a value.
 *
 * @throws an Error if apps could not use the value.
 */
export function noticeValue(
  { endsAt, title, message }: NoticeOptions,
  start: number,
): Readonly<Record<string, unknown>> | undefined {
  if (endsAt === undefined && title === undefined && message === undefined) return undefined;
  const value = {
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    ...(endsAt !== undefined && { endsAt: formatIsoTime(resolveInstant(endsAt, start)) }),
  };
  if (endsAt !== undefined && resolveInstant(endsAt, start) <= start) {
    throw new Error(`--ends-at ${value.endsAt} is not after the start, ${formatIsoTime(start)}.`);
  }
  checkValue(value);
  return value;
}

/** The same for a maintenance that begins now. Invalid options are a usage error of the command. */
export function noticeOf(
  options: NoticeOptions,
  command: Command,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return noticeValue(options, Date.now());
  } catch (error) {
    return command.error(`error: ${messageOf(error)}`);
  }
}

/** Refuses values that browsers would ignore. @throws an Error */
export function checkValue(value: object): void {
  const problems: string[] = [];
  interpretFlag(value, { flag: '' }, ({ problem }) => {
    problems.push(`"${problem?.path}" is ${problem?.found}; expected ${problem?.expected}`);
  });
  if (problems.length) throw new Error(`The notice cannot be used: ${problems.join('; ')}.`);
}

/** ISO 8601, in UTC, without milliseconds. */
export function formatIsoTime(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
