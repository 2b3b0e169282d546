/** A place in a text, counted from 1. */
interface TextPlace {
  line: number;
  column: number;
}

/** What a scan found: the first fault with its place, or where the entries of the top two levels are. */
export type JsonScan =
  { fault: string; place: TextPlace } | { fault?: never; place: (...path: string[]) => TextPlace };

const MAX_DEPTH = 200;
/**
 * Looks through a JSON text for its first fault, a key written twice in one object included.
 *
 * Node's own parser names no place for short texts and lets the second of two equal keys win in silence.
 */
export function scanJson(text: string): JsonScan {
  const literal = /(?:true|false|null)(?![\w$])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
  const quoted = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
  const places = new Map<string, number>();
  let at = 0;

  try {
    value([]);
    skipSpace();
    if (at < text.length) fail('expected the end of the file');
  } catch (error) {
    if (error instanceof JsonFault) return { fault: error.message, place: placeOf(text, error.offset) };
    throw error;
  }
  return { place: (...path) => placeOf(text, places.get(JSON.stringify(path)) ?? 0) };

  function value(path: string[]): void {
    skipSpace();
    if (path.length > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`);
    if (text[at] === '{') return object(path);
    if (text[at] === '[') return array(path);
    if (text[at] === '"') return void string();
    if (take(literal) === undefined) fail('expected a value');
  }

  function object(path: string[]): void {
    const seen = new Set<string>();
    list('}', () => {
      const start = at;
      if (text[at] !== '"') fail('expected a key in double quotes');
      const key = string();
      if (seen.has(key)) fail(`the key ${JSON.stringify(key)} is there twice`, start);
      seen.add(key);
      if (path.length < 2) places.set(JSON.stringify([...path, key]), start);
      skipSpace();
      if (text[at] !== ':') fail(`expected a colon after the key ${JSON.stringify(key)}`);
      at += 1;
      value([...path, key]);
    });
  }

  function array(path: string[]): void {
    list(']', () => value([...path, '']));
  }

  function list(end: string, entry: () => void): void {
    at += 1;
    skipSpace();
    if (text[at] === end) return void (at += 1);
    for (;;) {
      skipSpace();
      entry();
      skipSpace();
      if (text[at] === end) return void (at += 1);
      if (text[at] !== ',') fail(`expected a comma or ${end}`);
      at += 1;
      skipSpace();
      if (text[at] === end) fail(`expected another entry, for there is a comma before this ${end}`);
    }
  }

  function string(): string {
    const source = take(quoted);
    if (source === undefined) fail('this string is not closed on its line, or has an unknown escape');
    const decoded: unknown = JSON.parse(source);
    return String(decoded);
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function skipSpace(): void {
    while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  }

  function fail(expected: string, offset = at): never {
    const rest = text.slice(offset, offset + 20).split('\n')[0];
    const found = offset >= text.length ? ', found the end of the file' : rest ? `, found: ${rest}` : '';
    throw new JsonFault(expected.startsWith('expected') ? expected + found : expected, offset);
  }
}

class JsonFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

function placeOf(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
