import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { codeOfSignal } from '../runChild.js';

/** A key of a list, or the reason why a line is not a key. */
export type ListedKey = { readonly key: string } | { readonly line: number; readonly problem: string };

// On Linux, an argument of a command has at most 128 KiB.
const mostKeyBytes = 65_536;
const tooLongForKey = `too long for a key (more than ${mostKeyBytes} bytes)`;
/** A line of a journal contains a key as JSON. */
const mostLineBytes = 8 * mostKeyBytes;
/** Blanks, control characters and invisible characters at the start or end of a key. Variation selectors such as U+FE0F are allowed: they belong to an emoji. */
const edgePattern =
  /^(?:[\s\p{Cc}]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point})|(?:[\s\p{Cc}]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point})$/u;

/**
 * Reads a list of keys, one per line, as a stream. It needs no more memory than the longest key. The last line needs no newline. Byte
 * order marks, UTF-16 and carriage returns are removed, because spreadsheets and editors add them. Quotation marks and blanks around a key
 * are reported as a problem, because they may belong to the key or not.
 *
 * Keys that end with a NUL byte come from a program, so they are used unchanged.
 */
export async function* readKeys(
  input: Readable | AsyncIterable<Buffer>,
  nullEnded = false,
): AsyncGenerator<ListedKey> {
  let line = 0;
  for await (const bytes of splitAt(
    nullEnded ? 0 : 10,
    nullEnded ? input : withoutUtf16(input),
    mostKeyBytes,
  )) {
    line += 1;
    if (bytes.length > mostKeyBytes) yield { line, problem: `is ${tooLongForKey}` };
    else yield nullEnded ? decodeKey(bytes, line) : parseKeyLine(bytes, line);
  }
}

/** Reads the lines of a file that a program has written, unchanged. */
export async function* readLines(input: Readable | AsyncIterable<Buffer>): AsyncGenerator<ListedKey> {
  let line = 0;
  for await (const bytes of splitAt(10, input, mostLineBytes)) yield decodeKey(bytes, (line += 1));
}

/** Why a key is probably a mistake of a person or a spreadsheet; `undefined` if it is plausible. */
export function findOddity(key: string): string | undefined {
  if (Buffer.byteLength(key) > mostKeyBytes) return `is ${tooLongForKey}`;
  const edge = edgePattern.exec(key)?.[0];
  if (edge !== undefined)
    return `begins or ends with a blank or an invisible character (${nameOfCharacter(edge)})`;
  const control = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.exec(key)?.[0];
  if (control !== undefined) {
    const isTab = control === '\t';
    return `contains ${isTab ? 'a tab, as between two columns' : `a control character (${nameOfCharacter(control)})`}`;
  }
  return undefined;
}

function parseKeyLine(bytes: Buffer, line: number): ListedKey {
  const isFirst = line === 1;
  const hasMark = isFirst && bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  const text = decodeKey(hasMark ? bytes.subarray(3) : bytes, line);
  if (!('key' in text)) return text;
  const key = text.key.replace(/\r$/, '');
  if (!key) return { line, problem: 'is empty' };
  const oddity = findOddity(key);
  if (oddity !== undefined) return { line, problem: `${oddity}; if that belongs to the key, see --null` };
  if (isFirst && /^sep=.$/i.test(key)) return { line, problem: 'sets the separator of a spreadsheet' };
  if (/^"(?:[^"]|"")*"[,;]/.test(key)) {
    return {
      line,
      problem: 'contains several columns, as from a spreadsheet; write only the keys, or see --null',
    };
  }
  if (/^(".*"|'.*'|“.*”)$/.test(key)) {
    return {
      line,
      problem: 'is in quotation marks, as from a spreadsheet; if they belong to the key, see --null',
    };
  }
  const artifact = findArtifact(key);
  if (artifact !== undefined) return { line, problem: `${artifact}; if that is a key, see --null` };
  return { key };
}

/** What a program writes in place of a key that it does not have or cannot write. */
function findArtifact(key: string): string | undefined {
  if (/^(?:null|NULL|undefined|NaN|None|\\N|\[object Object\])$/.test(key))
    return `is ${JSON.stringify(key)}, which programs write in place of a missing key`;
  if (/^\d(?:[.,]\d+)?e\+\d{2,3}$/i.test(key))
    return 'is a number in scientific notation, as spreadsheets, R and awk write long numbers';
  if (/^#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|#+$)/.test(key)) return 'is an error of a spreadsheet';
  if (/^(?:#|\/\/|--)\s/.test(key)) return 'is a comment';
  return undefined;
}

function nameOfCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function decodeKey(bytes: Buffer, line: number): ListedKey {
  if (!bytes.length) return { line, problem: 'is empty' };
  if (bytes.includes(0)) {
    return {
      line,
      problem:
        'contains a NUL byte, which is impossible in an argument; see --null, or convert the list from UTF-16 to UTF-8',
    };
  }
  try {
    return { key: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { line, problem: 'is not UTF-8 text' };
  }
}

/** Converts UTF-16 to UTF-8. A byte order mark tells that the input is UTF-16. */
async function* withoutUtf16(input: Readable | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  let isKnown = false;
  for await (const chunk of input) {
    // A stream without an encoding yields buffers.
    head = head.length ? Buffer.concat([head, chunk as Buffer]) : (chunk as Buffer);
    if (!isKnown && head.length < 2) continue;
    if (!isKnown) {
      const mark = head.readUInt16BE(0);
      if (mark === 0xfffe) decoder = new TextDecoder('utf-16le');
      if (mark === 0xfeff) decoder = new TextDecoder('utf-16be');
      isKnown = true;
    }
    yield decoder ? Buffer.from(decoder.decode(head, { stream: true })) : head;
    head = Buffer.alloc(0);
  }
  yield decoder ? Buffer.from(decoder.decode()) : head;
}

/** Splits the input at each `end`. Of a piece that is longer than `most` bytes, only the first `most + 1` bytes are kept. */
async function* splitAt(
  end: number,
  input: Readable | AsyncIterable<Buffer>,
  most: number,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (bytes: Buffer): void => {
    if (bytes.length && size <= most) parts.push(bytes.subarray(0, most + 1 - size));
    size += bytes.length;
  };
  for await (const chunk of input) {
    // A stream without an encoding yields buffers.
    const bytes = chunk as Buffer;
    let start = 0;
    for (let index = bytes.indexOf(end); index !== -1; index = bytes.indexOf(end, start)) {
      add(bytes.subarray(start, index));
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
      start = index + 1;
    }
    add(bytes.subarray(start));
  }
  if (size) yield Buffer.concat(parts);
}

/** A list of user keys. */
export interface KeyList {
  readonly keys: AsyncIterable<ListedKey>;
  /** Stops reading, even while waiting for input. */
  readonly close: () => void;
}

/** Lists the keys from a stream, such as standard input. */
export function listKeysOf(input: Readable, nullEnded: boolean): KeyList {
  return { keys: readKeys(input, nullEnded), close: () => input.destroy() };
}

/**
 * Lists the keys that a shell command prints. If the command fails, the list ends with an error, and an unfinished last line is ignored,
 * because it may be the start of a longer key.
 */
export function listKeysFrom(
  command: string,
  nullEnded: boolean,
  env?: Readonly<Record<string, string | undefined>>,
): KeyList {
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(env && { env }),
    // The command gets its own process group, so that terminals send signals to us only. We pass them on.
    detached: true,
  });
  const ended = once(child, 'exit');
  // The command may fail before the list is read. That must not be an unhandled rejection.
  ended.catch(() => {});

  async function* bytes(): AsyncGenerator<Buffer> {
    yield* child.stdout;
    // `once` has no types for its result.
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    const end = code ?? codeOfSignal(signal);
    if (end !== 0) throw new Error(`"${command}" ended with exit code ${end}.`);
  }

  return {
    keys: readKeys(bytes(), nullEnded),
    close() {
      child.stdout.destroy();
      if (child.exitCode === null && child.signalCode === null) kill(child.pid);
    },
  };
}

/** The number of keys in standard input, if it is a file. The read position does not change. */
export async function countKeys(nullEnded: boolean): Promise<number | undefined> {
  if (!fstatSync(0).isFile()) return undefined;
  const keys = readKeys(createReadStream('', { fd: 0, start: 0, autoClose: false }), nullEnded);
  let count = 0;
  while (!(await keys.next()).done) count += 1;
  return count;
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // The process has already ended.
  }
}
