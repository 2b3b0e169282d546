import type { Readable } from 'node:stream';

/** A key of a list, or why what stands there is none. */
export type ListedKey = { readonly key: string } | { readonly line: number; readonly problem: string };

/**
 * The keys of a list, one per line (or each ended by a NUL byte), as they come: a list of any length takes no more memory than its
 * longest key. A key is used to the byte, blanks and carriage returns too; the last one needs no newline.
 */
export async function* readKeys(
  input: Readable | AsyncIterable<Buffer>,
  nullEnded = false,
): AsyncGenerator<ListedKey> {
  const end = nullEnded ? 0 : 10;
  let line = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    // A stream without an encoding gives buffers.
    const bytes: Buffer = rest.length ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let start = 0;
    for (let index = bytes.indexOf(end); index !== -1; index = bytes.indexOf(end, start)) {
      yield parseKey(bytes.subarray(start, index), (line += 1));
      start = index + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length) yield parseKey(rest, line + 1);
}

function parseKey(bytes: Buffer, line: number): ListedKey {
  if (!bytes.length) return { line, problem: 'is empty' };
  if (bytes.includes(0))
    return { line, problem: 'holds a NUL byte, which no command can be given; see --null' };
  try {
    return { key: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { line, problem: 'is not UTF-8 text, as keys of users are' };
  }
}
