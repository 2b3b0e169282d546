/**
 * The body of a request, for rules that depend on it. The app can still read all of it. It is read only if a function asks for it, and only once. Both
 * functions reject if the body is too long (`maxBodyBytes`), compressed, not in UTF-8, or already consumed.
 */
export interface RequestBody {
  /** Decodes the body as UTF-8. Empty if there is no body. */
  text(): Promise<string>;
  /** Parses the body. Rejects if the body or its `Content-Type` is not JSON. */
  json(): Promise<unknown>;
}

/** A body cannot be read because of what the client sent, not because of the app. */
export class UnreadableBody extends Error {}

/**
 * Reads a body at most once. `contentType` is the type that the client claims, if the app has not parsed the body yet. A function that does not
 * wait for the body must not end the process with an unhandled rejection.
 */
export function createRequestBody(
  read: () => Promise<string>,
  contentType: () => string | null,
): RequestBody {
  let text: Promise<string> | undefined;
  const readOnce = (): Promise<string> => (text ??= withoutWarning(read()));

  async function readJson(): Promise<unknown> {
    // The app's parser may read the same bytes as a form with other content.
    const type = contentType();
    if (type !== null && !isJson(type)) throw new UnreadableBody(`the body is ${type}, not JSON`);
    const whole = await readOnce();
    try {
      return JSON.parse(whole) as unknown;
    } catch {
      throw new UnreadableBody('the body is not JSON');
    }
  }

  return { text: readOnce, json: () => withoutWarning(readJson()) };
}

/** Whether every parser reads a body of this type as JSON. Some parsers look for `urlencoded` or `multipart` anywhere in the type. */
function isJson(type: string): boolean {
  return /^[^;]*json|^text\/plain/i.test(type) && !/urlencoded|multipart/i.test(type);
}

function withoutWarning<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** @throws UnreadableBody if the headers show that the body cannot be read. */
export function refuseUnreadable(header: (name: string) => string | null, maxBytes: number): void {
  const encoding = header('content-encoding');
  if (encoding && encoding !== 'identity') throw new UnreadableBody(`the body is encoded as ${encoding}`);
  if (Number(header('content-length')) > maxBytes) throw tooLong(maxBytes);
  // Express can read UTF-7. In UTF-7 the same bytes are other characters. If a type names several charsets, parsers differ in which one they use.
  for (const [, charset = ''] of (header('content-type') ?? '').matchAll(/charset\s*=\s*"?([^"\s;]*)/gi)) {
    if (!/^(utf-?8|us-ascii)$/i.test(charset))
      throw new UnreadableBody(`the body is in ${charset}, not in UTF-8`);
  }
}

/** The error if the body was still being read when the request went on to the app. */
export function goneOn(): UnreadableBody {
  return new UnreadableBody('the request has gone on to the app');
}

export function tooLong(maxBytes: number): UnreadableBody {
  return new UnreadableBody(`the body is longer than ${maxBytes} bytes`);
}
