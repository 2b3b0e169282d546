/** A request target as it was sent: path and query. Several, if the app may see another one than the client sent. */
export type RequestTarget = string | readonly string[];

/**
 * Every path that a router, a proxy or `new URL` may read from a request target. `undefined` if there are too many, for example with many levels of
 * escapes. Such a target may be any path.
 *
 * Each function below names the software that reads a path this way. The differential test in `test/server/routers.fuzz.test.ts` runs them against this list.
 */
export function readPaths(target: RequestTarget): readonly string[] | undefined {
  if (typeof target === 'string') {
    const path = withoutQuery(target);
    if (isPlain(path)) return [path];
  }
  const readings = new Set([target].flat().flatMap(cutPaths));
  let length = 0;
  for (const path of readings) length += path.length;
  // The loop also visits the paths that are added to the set during the loop.
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

/** More than any ordinary address has. */
const mostReadings = 1000;
/** Limits the cost of a long target. */
const mostCharacters = 100_000;

/** Whether every router reads this path as it stands. Nearly all paths are so. */
function isPlain(path: string): boolean {
  return plainPath.test(path) && !dataEnd.test(path);
}

/** Segments that are not empty and do not begin with a dot. */
const plainPath = /^\/(?:[\w~!$&'()*+:@=-][\w~!$&'()*+:@=.-]*\/)*(?:[\w~!$&'()*+:@=-][\w~!$&'()*+:@=.-]*)?$/;

/** How the addresses end at which frameworks serve the data of a page. */
const dataEnd = /\.(?:json|rsc|data)$|\/_payload\.js$/;

/** The paths in a target, without scheme, host, fragment, parameters and query. */
function cutPaths(target: string): string[] {
  let texts = [target];
  for (const cut of [trim, cutScheme, cutHost, cutFragment, cutParameters]) texts = texts.flatMap(cut);
  return texts.map((text) => withoutQuery(text) || '/');
}

function withoutQuery(text: string): string {
  const at = text.indexOf('?');
  return at < 0 ? text : text.slice(0, at);
}

/** `new URL` drops tabs and line breaks everywhere. `new URL` and `url.parse` (Express, Connect, Koa) drop blanks at both ends. */
function trim(text: string): string[] {
  return [text, withoutBlanksAround(text.replace(/[\t\n\r]/g, ''))];
}

/** Not a regular expression: the time to find blanks at the end would grow with the square of their number. */
function withoutBlanksAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.test(text.charAt(start))) start += 1;
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const blank = /[\s\p{Cc}]/u;

/** A client may send a whole address (RFC 9112, 3.2.2). In Fastify, the path starts at the first slash after the scheme, even in the query. */
function cutScheme(text: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return [text];
  return [text.replace(/^[^:]*:/, ''), text.replace(/^[^:]*:\/\/.*?\//, '/')];
}

/**
 * `new URL(target, base)` reads the text after two slashes as a host. `url.parse` does so if the text contains an `@`. If an app concatenates a base
 * and a target, everything before the first slash belongs to the host.
 */
function cutHost(text: string): string[] {
  return [text, text.replace(/^(?:[/\\]{2,}|(?![/\\]))[^/\\?#]*/, '')];
}

/** Every router cuts the path at `#`. Apps that split at `?` do not. */
function cutFragment(text: string): string[] {
  return [text, text.replace(/#.*$/s, '')];
}

/** Fastify's `useSemicolonDelimiter` cuts the path at `;`. Servlet containers drop the parameters of each segment. */
function cutParameters(text: string): string[] {
  return [text, text.replace(/;.*$/s, ''), text.replace(/;[^/?]*/g, '')];
}

/** The changes that software makes to a path, one after another and in any order. */
const rewritings: readonly ((path: string) => readonly string[])[] = [
  // Apps that decode first may find the end of the path in decoded characters.
  cutPaths,
  decode,
  turnBackslashes,
  collapseSlashes,
  climb,
  readList,
  readNextFile,
  readDataFile,
];

/** Fastify, Hono, Next and many apps decode a path before they route. If the whole path cannot be decoded, some decode parts of it. */
function decode(path: string): string[] {
  return [
    path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        // Not UTF-8, but ASCII characters can still be decoded.
        return escapes.replace(/%[2-7][0-9a-f]/gi, decodeURIComponent);
      }
    }),
  ];
}

/** `new URL` and `url.parse` read a backslash as a slash. */
function turnBackslashes(path: string): string[] {
  return [path.replaceAll('\\', '/')];
}

/** Fastify's `ignoreDuplicateSlashes`, proxies and file servers read several slashes as one. */
function collapseSlashes(path: string): string[] {
  return [path.replace(/\/{2,}/g, '/')];
}

/** `new URL` resolves `.` and `..`, also if they are written as `%2e`. */
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

/** tRPC reads a list of procedures in one address as a batch of requests: `/trpc/comments.list,search.words`. */
function readList(path: string): string[] {
  const comma = path.indexOf(',');
  if (comma < 0) return [];
  const start = path.lastIndexOf('/', comma) + 1;
  // Each item once, because a long list may have many empty items.
  return [...new Set(path.slice(start).split(','))].map((item) => path.slice(0, start) + item);
}

/**
 * Next serves the data of a page at another address: `/_next/data/<build>/search.json` runs `getServerSideProps` of `/search`, and
 * `/search.rsc` and `/search.segments/...` are its server components. With a custom server the middleware sees that address.
 */
function readNextFile(path: string): string[] {
  if (!dataEnd.test(path)) return [];
  const [, base = '', page] =
    /^(.*)\/_next\/data\/[^/]+(\/.*)\.json$/s.exec(path) ??
    /^()(\/.*)\.segments\/.*$/s.exec(path) ??
    /^()(\/.*?)(?:\.prefetch)?\.rsc$/s.exec(path) ??
    [];
  return page === undefined ? [] : [base + (page === '/index' ? '/' : page)];
}

/** Other frameworks serve the data of a page at an address below or beside it, and run its loaders for that. */
function readDataFile(path: string): string[] {
  if (!dataEnd.test(path)) return [];
  return dataFiles.flatMap(([file, page]) => (file.test(path) ? path.replace(file, page) || '/' : []));
}

const dataFiles: readonly (readonly [file: RegExp, page: string])[] = [
  // SvelteKit, Nuxt, Qwik City and Vike.
  [/\/(?:__data\.json|_payload\.js(?:on)?|q-data\.json|index\.pageContext\.json)$/, ''],
  // SvelteKit, for `/search.html`.
  [/\.html__data\.json$/, '.html'],
  // React Router, for `/search`, for `/search/` and for the root of the app.
  [/\.data$/, ''],
  [/\/_\.(?:data|rsc)$/, '/'],
  [/\/_root\.data$/, '/'],
];

interface HeaderReader {
  header(name: string): string | null;
}

/**
 * The targets of a request, including those in its headers. Some servers and routers route by `X-Original-URL` and `X-Rewrite-URL`. If an app builds
 * the address from the headers of a proxy, as in `new URL(protocol + '://' + host + url)`, a `/` or `?` in one of these headers lets the client choose
 * where the path begins.
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
  // Nearly all requests.
  if (sent === routed && original === null && rewritten === null && isPlainOrigin) return sent;
  const targets = sent === routed ? [sent] : [sent, routed];
  // If a proxy names a whole address, only its path matters.
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
  // Each app uses some of these headers.
  return [...all, ...new Set(all.flatMap((url) => origins.map((origin) => origin + url)))];
}

/** Whether a host, a protocol or a port has no character that begins a path. */
function holdsNoPath(text: string | null): boolean {
  return text === null || !/[/\\?#]/.test(text);
}
