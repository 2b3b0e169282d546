/** A request target as it was sent: path and query. Several, where the app may be given another one than the client sent. */
export type RequestTarget = string | readonly string[];

/**
 * Every path that a router, a proxy or `new URL` may read from a request target. `undefined` when there are too many, as with many levels of
 * escapes: such a target may be any path.
 *
 * Each function below names who reads so. The differential test in `test/server/routers.fuzz.test.ts` runs them against this list.
 */
export function readPaths(target: RequestTarget): readonly string[] | undefined {
  if (typeof target === 'string') {
    const path = withoutQuery(target);
    if (isPlain(path)) return [path];
  }
  const readings = new Set([target].flat().flatMap(cutPaths));
  let length = 0;
  for (const path of readings) length += path.length;
  // A set also hands out what is added while it is walked through.
  for (const path of readings) {
    for (const read of rewritings) {
      for (const reading of read(path)) {
        if (readings.has(reading)) continue;
        length += reading.length;
        if (readings.size >= mostReadings || length > mostCharacters) return undefined;
        readings.add(reading);
      }
    }
  }
  return [...readings];
}

/** More than any sensible address has. */
const mostReadings = 1000;
/** So that a long target costs no more than a long body. */
const mostCharacters = 100_000;

/** Whether every router reads this path as it stands. Nearly all paths are so. */
function isPlain(path: string): boolean {
  return plainPath.test(path) && !path.endsWith('.json') && !path.endsWith('.rsc');
}

/** Segments that are not empty and do not begin with a dot. */
const plainPath = /^\/(?:[\w~!$&'()*+:@=-][\w~!$&'()*+:@=.-]*\/)*(?:[\w~!$&'()*+:@=-][\w~!$&'()*+:@=.-]*)?$/;

/** The paths that are cut out of a target. */
function cutPaths(target: string): string[] {
  let texts = [target];
  for (const cut of [trim, cutScheme, cutHost, cutFragment, cutParameters]) texts = texts.flatMap(cut);
  return texts.map((text) => withoutQuery(text) || '/');
}

function withoutQuery(text: string): string {
  const at = text.indexOf('?');
  return at < 0 ? text : text.slice(0, at);
}

/** `new URL` drops tabs and line ends everywhere; `new URL` and `url.parse` (Express, Connect, Koa) drop blanks at both ends. */
function trim(text: string): string[] {
  return [text, withoutBlanksAround(text.replace(/[\t\n\r]/g, ''))];
}

/** Not a regular expression: one that looks for blanks at the end takes a time that grows with the square of their number. */
function withoutBlanksAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.test(text.charAt(start))) start += 1;
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const blank = /[\s\p{Cc}]/u;

/** A client may send a whole address (RFC 9112, 3.2.2). Fastify takes the first slash behind the scheme, even in the query. */
function cutScheme(text: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return [text];
  return [text.replace(/^[^:]*:/, ''), text.replace(/^[^:]*:\/\/.*?\//, '/')];
}

/**
 * `new URL(target, base)` takes what follows two slashes for a host; `url.parse` does when there is an `@` in it. Where a base
 * and a target are put together as texts, whatever comes before the first slash belongs to the host.
 */
function cutHost(text: string): string[] {
  return [text, text.replace(/^(?:[/\\]{2,}|(?![/\\]))[^/\\?#]*/, '')];
}

/** Every router cuts at `#`, but apps that split at `?` do not. */
function cutFragment(text: string): string[] {
  return [text, text.replace(/#.*$/s, '')];
}

/** Fastify's `useSemicolonDelimiter` cuts at `;`, servlet containers drop parameters from each segment. */
function cutParameters(text: string): string[] {
  return [text, text.replace(/;.*$/s, ''), text.replace(/;[^/?]*/g, '')];
}

/** What is done to a path, by one after another and in any order. */
const rewritings: readonly ((path: string) => readonly string[])[] = [
  // Apps that decode first find the ends of a path among what was escaped.
  cutPaths,
  decode,
  turnBackslashes,
  collapseSlashes,
  climb,
  readList,
  readNextFile,
];

/** Fastify, Hono and Next decode before they route; so do many apps, piece by piece where a whole path cannot be. */
function decode(path: string): string[] {
  return [
    path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        // Not UTF-8, but letters can still be decoded.
        return escapes.replace(/%[2-7][0-9a-f]/gi, decodeURIComponent);
      }
    }),
  ];
}

/** `new URL` and `url.parse` take a backslash for a slash. */
function turnBackslashes(path: string): string[] {
  return [path.replaceAll('\\', '/')];
}

/** Fastify's `ignoreDuplicateSlashes`, proxies, and file servers. */
function collapseSlashes(path: string): string[] {
  return [path.replace(/\/{2,}/g, '/')];
}

/** `new URL` resolves `.` and `..`, also as `%2e`. */
function climb(path: string): string[] {
  if (!path.startsWith('/')) return [];
  const segments: string[] = [];
  const all = path.split('/').slice(1);
  for (const [index, segment] of all.entries()) {
    const dots = segment.replace(/%2e/gi, '.');
    if (dots === '..') segments.pop();
    if (dots !== '.' && dots !== '..') segments.push(segment);
    else if (index === all.length - 1) segments.push('');
  }
  return [`/${segments.join('/')}`];
}

/** tRPC takes a list of procedures in one address for a batch of requests: `/trpc/comments.list,search.words`. */
function readList(path: string): string[] {
  const comma = path.indexOf(',');
  if (comma < 0) return [];
  const start = path.lastIndexOf('/', comma) + 1;
  // Each item once: a long list has many that are empty.
  return [...new Set(path.slice(start).split(','))].map((item) => path.slice(0, start) + item);
}

/**
 * Next serves the data of a page at another address: `/_next/data/<build>/search.json` runs `getServerSideProps` of `/search`, and
 * `/search.rsc` and `/search.segments/...` are its server components. With a custom server the middleware sees that address.
 */
function readNextFile(path: string): string[] {
  if (!nextFile.test(path)) return [];
  const [, base = '', page] =
    /^(.*)\/_next\/data\/[^/]+(\/.*)\.json$/s.exec(path) ??
    /^()(\/.*)\.segments\/.*$/s.exec(path) ??
    /^()(\/.*?)(?:\.prefetch)?\.rsc$/s.exec(path) ??
    [];
  return page === undefined ? [] : [base + (page === '/index' ? '/' : page)];
}

const nextFile = /\.(json|rsc)$/;

/**
 * The targets of a request, with those that its headers name. Some servers and routers in front of an app's handlers go by
 * `X-Original-URL` and `X-Rewrite-URL`. An app that puts the address together from what a proxy says lets the client choose where the path
 * begins: `new URL(protocol + '://' + host + url)` with a `/` or `?` in one of the former.
 */
export function targetOf(sent: string, routed: string, request: HeaderReader): RequestTarget {
  const original = request.header('x-original-url');
  const rewritten = request.header('x-rewrite-url');
  const host = request.header('host');
  const forwardedHost = request.header('x-forwarded-host');
  const protocol = request.header('x-forwarded-proto');
  const port = request.header('x-forwarded-port');
  const isPlainOrigin =
    holdsNoPath(host) && holdsNoPath(forwardedHost) && holdsNoPath(protocol) && holdsNoPath(port);
  // Nearly all requests are so.
  if (sent === routed && original === null && rewritten === null && isPlainOrigin) return sent;
  const targets = sent === routed ? [sent] : [sent, routed];
  // A proxy that names a whole address means the path in it.
  const claimed = [original, rewritten].flatMap(
    (url) => url?.replace(/^https?:\/\/[^/\\?#]*(?=\/)/i, '') ?? [],
  );
  const all = [...targets, ...claimed];
  if (isPlainOrigin) return all;
  const origins = ['http', protocol ?? 'http'].flatMap((scheme) =>
    [host ?? '', forwardedHost ?? ''].flatMap((name) => [
      `${scheme}://${name}`,
      `${scheme}://${name}:${port ?? ''}`,
    ]),
  );
  // Apps use some of them, and not others.
  return [...all, ...new Set(all.flatMap((url) => origins.map((origin) => origin + url)))];
}

interface HeaderReader {
  header(name: string): string | null;
}

/** Whether a host, a protocol or a port is free of the characters that begin a path. */
function holdsNoPath(text: string | null): boolean {
  return text === null || !/[/\\?#]/.test(text);
}
