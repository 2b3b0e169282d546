import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { readKeys, type ListedKey } from '../../src/cli/each/readKeys.js';

async function read(bytes: Buffer | string, { nullEnded = false, chunk = 3 } = {}): Promise<ListedKey[]> {
  const whole = Buffer.from(bytes);
  const chunks = Array.from({ length: Math.ceil(whole.length / chunk) }, (_value, index) =>
    whole.subarray(index * chunk, (index + 1) * chunk),
  );
  const listed: ListedKey[] = [];
  for await (const key of readKeys(Readable.from(chunks), nullEnded)) listed.push(key);
  return listed;
}

const keys = (...names: string[]): ListedKey[] => names.map((key) => ({ key }));
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('a list that came from a spreadsheet or an editor', () => {
  it.each([
    ['a byte order mark', '\ufeffalice\nbob\n'],
    ['carriage returns', 'alice\r\nbob\r\n'],
    ['both, and no newline at the end', '\ufeffalice\r\nbob'],
    ['UTF-16', utf16('alice\r\nbob\r\n')],
    ['UTF-16 of the other byte order', utf16('alice\nbob').swap16()],
  ])('reads the same users with %s', async (_what, text) => {
    expect(await read(text)).toEqual(keys('alice', 'bob'));
    expect(await read(text, { chunk: 1 })).toEqual(keys('alice', 'bob'));
  });

  it('keeps letters of every language in UTF-16', async () => {
    expect(await read(utf16('Zoë 🧑‍🚀\n山田\n'))).toEqual(keys('Zoë 🧑‍🚀', '山田'));
  });

  it.each([
    ['"bob"', /quotation marks/],
    ["'bob'", /quotation marks/],
    ['“bob”', /quotation marks/],
    ['bob ', /begins or ends with a blank.*U\+0020/],
    [' bob', /begins or ends with a blank.*U\+0020/],
    ['bob\u00a0', /invisible character \(U\+00A0\)/],
    ['\u200bbob', /U\+200B/],
    ['bob\u3000', /U\+3000/],
    // As Windows' dialogs and chats put before what is copied from them.
    ['\u200ebob', /invisible character \(U\+200E\)/],
    ['\u202abob', /U\+202A/],
    ['bob\u00ad', /U\+00AD/],
    ['bob\u{e0061}', /invisible character/],
    ['\u3164', /invisible character/],
    ['bo\u202eb', /control character \(U\+202E\)/],
    ['bo\u2028b', /control character \(U\+2028\)/],
    ['"Doe, John";bob', /several columns/],
    ['"bob","Bob ""the"" Builder"', /several columns/],
    ['bob\tBob Smith', /a tab, as between two columns/],
    ['bob\u0007smith', /control character \(U\+0007\)/],
    ['bob\r\r', /U\+000D/],
    ['', /is empty/],
    ['\r', /is empty/],
    ['b\u0000o\u0000b\u0000', /UTF-16/],
    // As jq, JavaScript, Python and MySQL write a key that is missing.
    ['null', /in place of a missing key; if that is a key, see --null/],
    ['undefined', /missing key/],
    ['None', /missing key/],
    ['\\N', /missing key/],
    ['[object Object]', /missing key/],
    // As Excel, R and jq write a long number.
    ['1.23457E+12', /scientific notation/],
    ['1,23457E+12', /scientific notation/],
    ['1e+05', /scientific notation/],
    ['#N/A', /error of a spreadsheet/],
    ['########', /error of a spreadsheet/],
    ['# the first ones', /is a comment/],
    ['// bob', /is a comment/],
  ])('refuses the line %j, and says why', async (line, problem) => {
    expect(await read(`alice\n${line}\ncarol\n`)).toEqual([
      { key: 'alice' },
      { line: 2, problem: expect.stringMatching(problem) },
      { key: 'carol' },
    ]);
  });

  it('refuses a line that is too long for a key, and says why', async () => {
    expect(await read(`alice\n${'b'.repeat(65_537)}\ncarol\n`)).toEqual([
      { key: 'alice' },
      { line: 2, problem: expect.stringMatching(/too long for a key/) },
      { key: 'carol' },
    ]);
  });

  it('refuses a line that sets the separator of a spreadsheet', async () => {
    expect(await read('sep=;\nbob\n')).toEqual([
      { line: 1, problem: expect.stringMatching(/separator/) },
      { key: 'bob' },
    ]);
  });

  it.each([
    'bob smith',
    'it"s',
    'a,b;c',
    'cn=bob,dc=example',
    'Zoë 🧑‍🚀',
    'bob ❤️',
    'Null',
    '1e5',
    '5e10a',
    '#4711',
    '-7',
    "o'neil",
    '"quoted" part',
  ])('reads the user %j unchanged', async (key) => {
    expect(await read(`${key}\n`)).toEqual(keys(key));
  });
});

it('reads keys that end with NUL bytes unchanged', async () => {
  const odd = [' bob', '"bob"', 'bob\r', '\ufeffbob', 'a\nb'];

  expect(await read(odd.map((key) => `${key}\0`).join(''), { nullEnded: true })).toEqual(keys(...odd));
});

it('buffers little of a line that never ends', async () => {
  const chunk = Buffer.alloc(65_536, 'a');
  async function* endless(): AsyncGenerator<Buffer> {
    // 256 MB, which nobody could join piece by piece in time.
    for (let index = 0; index < 4096; index += 1) yield chunk;
    yield Buffer.from('\nbob\n');
  }
  const listed: ListedKey[] = [];
  for await (const key of readKeys(endless())) listed.push(key);

  expect(listed).toEqual([{ line: 1, problem: expect.stringMatching(/too long for a key/) }, { key: 'bob' }]);
});
