import { type ParseErrorCode, visit } from 'jsonc-parser';

/** A place in a text, counted from 1. */
interface TextPlace {
  line: number;
  column: number;
}

/** The value of a JSON text, with the places of the entries of its top two levels; or the first fault, with its place. */
export type JsonWithPlaces =
  | { fault: string; place: TextPlace }
  | { fault?: never; value: unknown; placeOf: (...path: string[]) => TextPlace };

const MAX_DEPTH = 200;

/**
 * Parses JSON and says where things are.
 *
 * Node's own parser names no place for short texts, and lets the second of two equal keys win without a word.
 */
export function parseJsonWithPlaces(text: string): JsonWithPlaces {
  const places = new Map<string, number>();
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;
  let fault: { message: string; offset: number } | undefined;

  function fail(message: string, offset: number): void {
    fault ??= { message, offset };
  }
  function open(offset: number): void {
    depth += 1;
    if (depth > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`, offset);
  }
  function close(): void {
    depth -= 1;
  }

  try {
    visit(
      text,
      {
        onObjectBegin(offset) {
          open(offset);
          keysOfOpenObjects.push(new Set());
        },
        onObjectProperty(key, offset, _length, _line, _column, pathOf) {
          const keys = keysOfOpenObjects.at(-1);
          if (keys?.has(key)) fail(`the key ${JSON.stringify(key)} is there twice`, offset);
          keys?.add(key);
          if (depth <= 2) places.set(JSON.stringify([...pathOf(), key]), offset);
        },
        onObjectEnd() {
          close();
          keysOfOpenObjects.pop();
        },
        onArrayBegin: open,
        onArrayEnd: close,
        onError: (code, offset) => fail(describeFault(code, text, offset), offset),
      },
      { disallowComments: true, allowTrailingComma: false },
    );
  } catch (error) {
    // A text that is nested too deep for the parser's own stack.
    if (!(error instanceof RangeError) || !fault) throw error;
  }
  if (fault) return { fault: fault.message, place: placeIn(text, fault.offset) };
  try {
    const value: unknown = JSON.parse(text);
    return { value, placeOf: (...path) => placeIn(text, places.get(JSON.stringify(path)) ?? 0) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error), place: placeIn(text, 0) };
  }
}

/** The codes of the library, in words. They are a `const enum`, which cannot be used from its types alone. */
const FAULTS: Readonly<Record<ParseErrorCode, string>> = {
  1: 'expected a value, or a key in double quotes',
  2: 'this is no number',
  3: 'expected a key in double quotes',
  4: 'expected a value',
  5: 'expected a colon',
  6: 'expected a comma',
  7: 'expected a comma or }',
  8: 'expected a comma or ]',
  9: 'expected the end of the file',
  10: 'JSON has no comments',
  11: 'JSON has no comments',
  12: 'this string is not closed on its line',
  13: 'this is no number',
  14: 'this string has an unknown escape',
  15: 'this string has an unknown escape',
  16: 'this string has a character that must be escaped',
};

function describeFault(code: ParseErrorCode, text: string, offset: number): string {
  const expected = FAULTS[code];
  const rest = text.slice(offset, offset + 20).split('\n')[0];
  if (!expected.startsWith('expected')) return expected;
  return `${expected}, found${offset >= text.length ? ' the end of the file' : rest ? `: ${rest}` : ' the end of the line'}`;
}

function placeIn(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
