import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type CreateSwitch,
  type FlagSwitch,
  type SwitchContext,
  SwitchError,
  type SwitchFailure,
  type SwitchState,
} from '../../switch/FlagSwitch.js';
import { messageOf } from '../text.js';
import { untilAborted } from '../untilAborted.js';

/**
 * Creates the switch of a module: `--switch ./mine.js`.
 *
 * @throws an Error that names file and line when the module cannot be loaded or does not create a switch.
 */
export async function loadSwitch(
  file: string,
  context: SwitchContext,
  { longestAnswerMs = 60_000 } = {},
): Promise<FlagSwitch> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`--switch ${file}: there is no such file.`);
  const create = defaultExportOf(await load(file, path));
  if (typeof create !== 'function') {
    throw new Error(
      `--switch ${file}: its default export is ${describeFound(create)}. Export a function that makes a switch: export default ({ flag, options }) => ({ ... })`,
    );
  }
  let made: unknown;
  try {
    // The result is checked below.
    made = await (create as CreateSwitch)(context);
  } catch (error) {
    throw new Error(`--switch ${file}: ${describeError(error)}`, { cause: error });
  }
  const faults = faultsOfSwitch(made);
  if (faults.length) throw new Error(`--switch ${file} does not make a switch: ${faults.join('; ')}.`);
  // faultsOf has checked every member.
  return checkResults(made as FlagSwitch, { file, signal: context.signal, longestAnswerMs });
}

/** TypeScript that is compiled to CommonJS puts the default export into a field of `module.exports`. */
function defaultExportOf({ default: found }: Record<string, unknown>): unknown {
  const isNested = typeof found === 'object' && found !== null && '__esModule' in found && 'default' in found;
  return isNested ? found.default : found;
}

async function load(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    const loaded: Record<string, unknown> = await import(pathToFileURL(path).href);
    return loaded;
  } catch (error) {
    if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new Error(
        `--switch ${file}: Node.js ${process.versions.node} cannot load this kind of file. TypeScript needs Node.js 22.18 or newer, or a file that was compiled to JavaScript.`,
        { cause: error },
      );
    }
    const place = error instanceof SyntaxError ? placeOfSyntaxError(path) : undefined;
    const what = place === undefined ? describeError(error) : `${messageOf(error)} (${place}).`;
    throw new Error(`--switch ${file}: ${what}`, { cause: error });
  }
}

/** The error of an import does not name the line. `node --check` does. */
function placeOfSyntaxError(path: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  const [, place] = /^(?:file:\/\/)?(\/.*:\d+)$/m.exec(stderr) ?? [];
  return place;
}

const values: readonly unknown[] = ['own', 'shared', 'none'];

/** Lists the required members that a switch lacks. */
function faultsOfSwitch(made: unknown): string[] {
  if (typeof made !== 'object' || made === null) return [`the function returned ${describeFound(made)}`];
  // Every member is checked below.
  const found = made as Partial<Record<keyof FlagSwitch, unknown>>;
  const can = (found.can ?? {}) as Partial<Record<string, unknown>>;
  const faults: (string | false)[] = [
    typeof found.service !== 'string' &&
      `"service" must be the name of the service, found ${describeFound(found.service)}`,
    ...['everyone', 'users'].map(
      (name) =>
        typeof can[name] !== 'boolean' &&
        `"can.${name}" must be true or false, found ${describeFound(can[name])}`,
    ),
    !values.includes(can['values']) &&
      `"can.values" must be "own", "shared" or "none", found ${describeFound(can['values'])}`,
    ...(['read', 'change'] as const).map(
      (name) =>
        typeof found[name] !== 'function' &&
        `"${name}" must be a function, found ${describeFound(found[name])}`,
    ),
    ...(['serves', 'history', 'list'] as const).map(
      (name) =>
        found[name] !== undefined &&
        typeof found[name] !== 'function' &&
        `"${name}" must be a function or be left out, found ${describeFound(found[name])}`,
    ),
  ];
  return faults.filter((fault) => fault !== false);
}

interface CheckOptions {
  readonly file: string;
  /** Aborted when the operator stops the command. */
  readonly signal: AbortSignal;
  readonly longestAnswerMs: number;
}

/** Wraps the switch: its results are checked, every error becomes a `SwitchError`, and no call waits forever. */
function checkResults(made: FlagSwitch, { file, signal, longestAnswerMs }: CheckOptions): FlagSwitch {
  const { serves, history, list } = made;
  async function call<T>(name: string, run: () => Promise<T>): Promise<T> {
    // A switch that has nothing to wait for may answer without a promise.
    const answering = (async () => ({ value: await run() }))();
    const limit = new AbortController();
    let why = `did not answer within ${longestAnswerMs / 1000} s`;
    const timer = setTimeout(() => limit.abort(), longestAnswerMs);
    const stop = (): void => {
      why = 'was interrupted';
      limit.abort();
    };
    // The switch may be making a change. What is asked after an interruption needs an answer: whether maintenance is on.
    if (name !== 'change' && !signal.aborted) signal.addEventListener('abort', stop);
    try {
      const answer = await untilAborted(answering, limit.signal);
      if (answer) return answer.value;
      const mayBeDone = name === 'change';
      throw new SwitchError('unreachable', `--switch ${file}: ${name}() ${why}.`, { mayBeDone });
    } catch (error) {
      throw toSwitchError(error, name, file);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
  function checkState(name: string, found: SwitchState): SwitchState {
    const { flag, everyone, users } = found ?? {};
    const fault =
      typeof flag !== 'string'
        ? `"flag" must be the key of the flag, found ${describeFound(flag)}`
        : everyone === undefined
          ? '"everyone" must be the value for everyone, such as false, found nothing'
          : !(users instanceof Map)
            ? `"users" must be a Map of keys and values, found ${describeFound(users)}`
            : describeWrongKey(users);
    if (!fault) return found;
    const message = `--switch ${file}: ${name}() returned a state that cannot be used: ${fault}.`;
    throw new SwitchError('failed', message, { mayBeDone: name === 'change' });
  }
  return {
    service: made.service,
    can: made.can,
    ...(made.scope && { scope: made.scope }),
    ...(made.secrets && { secrets: made.secrets }),
    read: async () => checkState('read', await call('read', () => made.read())),
    change: async (change) => checkState('change', await call('change', () => made.change(change))),
    ...(serves && {
      serves: (user: string | undefined) => call('serves', () => serves.call(made, user)),
    }),
    ...(history && { history: (before?: number) => call('history', () => history.call(made, before)) }),
    ...(list && {
      async list(matching?: string) {
        const states: unknown = await call('list', () => list.call(made, matching));
        if (!Array.isArray(states)) {
          throw new SwitchError(
            'failed',
            `--switch ${file}: list() must return an array of states, found ${describeFound(states)}.`,
          );
        }
        // Each of them is looked at.
        const checked = (states as SwitchState[]).map((state) => checkState('list', state));
        return matching === undefined ? checked : checked.filter(({ flag }) => containsText(flag, matching));
      },
    }),
  };
}

/** A key that is not a string, such as a number from a database, would never be found. */
function describeWrongKey(users: ReadonlyMap<unknown, unknown>): string | undefined {
  for (const key of users.keys()) {
    if (typeof key !== 'string') return `the keys of "users" must be strings, found ${describeFound(key)}`;
  }
  return undefined;
}

function containsText(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

const failures: readonly unknown[] = [
  'unauthorized',
  'forbidden',
  'not-found',
  'approval-required',
  'conflict',
  'invalid',
  'rate-limited',
  'unreachable',
  'failed',
] satisfies SwitchFailure[];

/** An error with the fields of a `SwitchError` counts as one: the module may have another copy of the class. */
function toSwitchError(error: unknown, name: string, file: string): SwitchError {
  const { failure, mayBeDone } = (error ?? {}) as Partial<Record<'failure' | 'mayBeDone', unknown>>;
  if (failures.includes(failure)) {
    // The check above makes it one of the list.
    return new SwitchError(failure as SwitchFailure, messageOf(error), {
      cause: error,
      mayBeDone: mayBeDone === true,
    });
  }
  // After any other error it is unknown whether the change was made.
  return new SwitchError('failed', `--switch ${file}: ${name}() failed: ${describeError(error)}`, {
    cause: error,
    mayBeDone: name === 'change',
  });
}

/** The error, with its location. */
export function describeError(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, url, line] = /(file:\/\/\/[^\s)]+?):(\d+)(?::\d+)?/.exec(stack) ?? [];
  const message = messageOf(error).replace(/\.$/, '');
  return url === undefined ? `${message}.` : `${message} (${fileURLToPath(url)}:${line}).`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
