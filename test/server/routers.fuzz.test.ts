import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { routerApps, type RouterApp } from './routerApps.js';
import { sendTarget } from './sendTarget.js';

/** `npm run test:hard` sets both; a failure prints the seed. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 8);
const seed = Number(process.env['FUZZ_SEED'] ?? 2015);

/** Each of these reaches a closed handler, or the home page from an allowed path, on some router. */
const known = [
  '/api/search#',
  '/api/search/#x',
  '/api/search/words#?x',
  '/api/search;x',
  '/api/search;x/words',
  '//h/checkout',
  '/\\h/checkout',
  '///h/checkout',
  '//u@h/checkout#',
  '/checkout#',
  'http://h/checkout',
  'HTTP://h/checkout',
  'http://h?x/checkout',
  'http://checkout',
  '*/checkout',
  '/api/search.json',
  'http://api/search',
  '/v1/api/search',
  '/v1/checkout',
  '/.well-known/..#',
  '/.well-known/%2e%2e#',
  '/.well-known/..%2fcheckout',
  '/.well-known/..\\checkout',
  '/.well-known//../../checkout',
  '/x/..//api/search',
  '/api//search',
  '/api/./search',
  '/api%2fsearch',
  '/%61pi/%73earch',
  '/API/SEARCH/',
  '/api/search/%ff',
  '/%73%ffx/../api/search',
  '/checkout%3fx',
  '/checkout%23x',
  '/checkout%09',
  '/%2fh/checkout',
  '/x%3f/../checkout',
  '/_next/data/build/checkout.json',
  '/_next/data/build/api/search/words.json',
  '/checkout.rsc',
  '/checkout.data',
  '/checkout/_.data',
  '/_root.data',
  '/checkout/__data.json',
  '/api/search/words/_payload.json',
  '/checkout/_payload.js',
  '/checkout/q-data.json',
  '/checkout/index.pageContext.json',
] as const;

/** The same by headers, with a target that is open. */
const knownHeaders: readonly Readonly<Record<string, string>>[] = [
  { 'x-original-url': '/checkout' },
  { 'x-rewrite-url': '/api/search/words' },
  { 'x-forwarded-host': 'h/checkout?' },
  { 'x-forwarded-proto': 'http://h/checkout?' },
  { 'x-forwarded-port': '80/checkout?' },
  { ':authority': 'h/checkout?' },
  { 'x-forwarded-proto': 'h/checkout?', ':authority': 'h/api/search?' },
];

const letters = (word: string) =>
  fc
    .tuple(...[...word].map(() => fc.constantFrom('', '', '', '', '', '', 'up', 'escaped', 'twice')))
    .map((kinds) => [...word].map((letter, index) => written(letter, kinds[index] ?? '')).join(''));

function written(letter: string, kind: string): string {
  const code = letter.charCodeAt(0).toString(16);
  if (kind === 'up') return letter.toUpperCase();
  if (kind === 'escaped') return `%${code}`;
  return kind === 'twice' ? `%25${code}` : letter;
}

const separator = fc.constantFrom(
  ...['/', '/', '/', '/', '//', '\\', '%2f', '%5c', '/./', '/x/../', '/%2e/', '/x/%2E%2e/', ';a/', '/;/'],
);
const start = fc.constantFrom(
  ...['', '', '', '/', '//h', '/\\h', '\\/h', '///h', '/\t/h', '//u@h', 'http://h', 'HTTPS://h:1', 'http:/'],
  ...[
    'http:',
    'http://h?x',
    'http://h#x',
    '/_next/data/b',
    '/de/_next/data/b',
    '/.',
    '/..',
    '/x/..',
    '/%2e%2e',
    '/.well-known',
    '/.well-known/..',
  ],
  ...['/v1', '/v1/', '/v1//h', '*', '/,', '/a,b', '\xa0', '/%00', '/\xc3\xa9'],
);
const end = fc.constantFrom(
  ...[
    '',
    '',
    '',
    '/',
    '//',
    '#',
    '#x',
    '?q',
    '?x#y',
    '#?',
    ';x',
    '..;',
    '%23',
    '%3f',
    '%3b',
    ',',
    ',x',
    '%2c',
  ],
  ...['\t', '\xa0', '\x0c', '.', '..', '/.', '/..', '/..#', '/%2e%2e', '/x/..', '%', '%0', '%00', '%ff'],
  ...['.rsc', '.prefetch.rsc', '.segments/_tree.segment.rsc', '.data', '/_.data', '/__data.json'],
  ...['/_payload.json', '/_payload.js', '/q-data.json', '/index.pageContext.json', '/_root.data'],
  ...['%c0%af', '%c0%ae', '\xff', '\\', '/\\', '.json', '%20', '%09', '/words', '/a%2fb', '/,', '/x,y'],
);
const path = fc
  .array(fc.oneof(...['api', 'search', 'checkout', 'words', '.well-known', 'x'].map(letters)), {
    maxLength: 4,
  })
  .chain((words) =>
    fc
      .array(separator, { minLength: words.length, maxLength: words.length })
      .map((separators) => words.map((word, index) => `${separators[index] ?? '/'}${word}`).join('')),
  );
const closedPath = fc.constantFrom('/api/search', '/api/search/words', '/checkout');
const target = fc
  .tuple(start, fc.oneof(path, path, closedPath), end)
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');
const host = fc.constantFrom('localhost', 'localhost', 'h/api/search?', 'h\\checkout#', 'u@h', 'h:80');
const headers = fc.oneof(
  fc.constant<Readonly<Record<string, string>>>({}),
  fc
    .tuple(
      fc.constantFrom('x-original-url', 'x-rewrite-url'),
      fc.oneof(path, closedPath, fc.constantFrom('http://h/checkout', '//h/checkout', 'checkout')),
    )
    .map(([name, value]) => ({ [name]: value })),
  fc
    .tuple(
      fc.constantFrom('x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', ':authority'),
      fc.constantFrom(
        'localhost',
        'https',
        '80',
        'h/checkout?',
        '80/api/search#',
        'http://h/checkout?',
        'h\\checkout\\',
      ),
    )
    .map(([name, value]) => ({ [name]: value })),
);

describe.each(Object.entries(routerApps))('before %s', (name, begin) => {
  let app: RouterApp;
  beforeAll(async () => {
    app = await begin();
  });
  afterAll(() => app.close());

  async function check(
    target: string,
    host = 'localhost',
    extra: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { ':authority': authority, ...others } = extra;
    const pseudo = app.http2 ? authority && { ':authority': authority } : { host: authority ?? host };
    const ask = (down: string) => sendTarget(app, target, { ...pseudo, ...others, 'x-down': down });
    const answers = await Promise.all([ask('nothing'), ask('search'), ask('checkout'), ask('site')]);
    const [open, searchDown, checkoutDown, siteDown] = answers;
    const seen = `${name}, ${JSON.stringify(target)}, host ${host}, ${JSON.stringify(extra)}: ${answers.map(({ body }) => body.slice(0, 20)).join(' | ')}`;

    expect(searchDown.body, seen).not.toBe('search');
    expect(checkoutDown.body, seen).not.toBe('checkout');
    expect(siteDown.body, seen).not.toMatch(/^(home|search|checkout|other)$/);
    expect(open.status, seen).not.toBe(503);
    for (const [answer, feature] of [
      [searchDown, 'search'],
      [checkoutDown, 'checkout'],
    ] as const) {
      if (answer.status !== 503 || open.body === feature) continue;
      expect(reasonsFor(target, host, extra, feature), seen).not.toEqual([]);
    }
  }

  it('refuses every known spelling', async () => {
    for (const target of known) await check(target);
    for (const extra of knownHeaders) await check('/x', 'localhost', extra);
  });

  it('lets no spelling reach a closed handler, and refuses nothing else', async () => {
    await fc.assert(fc.asyncProperty(target, host, headers, check), {
      numRuns: runs,
      seed,
    });
  });
});

it('uses spellings that each reach a closed handler on at least one router', async () => {
  const apps = await Promise.all(Object.values(routerApps).map((begin) => begin()));
  const reached = await Promise.all(
    known.map(async (target) => {
      const answers = await Promise.all(apps.map((app) => sendTarget(app, target, { 'x-down': 'nothing' })));
      return answers.some(({ body }) => /^(search|checkout|home)$/.test(body));
    }),
  );
  await Promise.all(apps.map((app) => app.close()));

  expect(known.filter((_, index) => !reached[index])).toEqual([]);
});

/** Why a target is refused with a feature although this router took it elsewhere: the reasons that the guide gives. */
function reasonsFor(
  target: string,
  host: string,
  extra: Readonly<Record<string, string>>,
  feature: string,
): string[] {
  const path = feature === 'search' ? 'api/search' : 'checkout';
  const plain = target.split('?')[0] ?? '';
  const reasons: [string, boolean][] = [
    ['it is the path of the feature, whatever its case', new RegExp(`^/${path}([/.]|$)`, 'i').test(plain)],
    ['an escape', plain.includes('%')],
    ['a backslash or two slashes', /\\|\/\//.test(target)],
    ['a dot segment', /\/\.\.?(\/|$)/.test(plain)],
    ['a fragment or parameter', /[#;]/.test(plain)],
    ['a list', plain.includes(',')],
    ['a blank or control character', /[\s\p{Cc}]/u.test(plain)],
    ['a whole address, or something else that is no path', !target.startsWith('/')],
    ['it was rewritten', /^\/v1\//.test(target)],
    ['a host that is none', /[/\\?#]/.test(host)],
    ['a header that names another address', Object.keys(extra).length > 0],
    ['the data of a page', /\.(json|rsc|data|js)$/.test(plain)],
  ];
  // Whatever the reason, the words of the feature's path have to be there.
  let words = `${target} ${host} ${Object.values(extra).join(' ')}`;
  while (
    words !==
    (words = words.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16))))
  );
  const named = path.split('/').every((word) =>
    words
      .replace(/[\t\n\r]/g, '')
      .toLowerCase()
      .includes(word),
  );
  // Of an address that was put together from what is none there may be more readings than anybody needs.
  const isPutTogether = /[/\\?#]/.test(host + Object.values(extra).join(''));
  return reasons.flatMap(([reason, holds]) => (holds && (named || isPutTogether) ? [reason] : []));
}
