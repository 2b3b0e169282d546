/**
 * The body of a request, for rules that have to look into it. The app still gets all of it. It is read when it is asked for, once;
 * both functions reject for a body that is too long (`maxBodyBytes`), compressed, not in UTF-8, or was read before.
 */
export interface RequestBody {
  /** As UTF-8. Empty where there is none. */
  text(): Promise<string>;
  /** Rejects when the body or its `Content-Type` is not JSON. */
  json(): Promise<unknown>;
}

/** Why a body cannot be read: what the client sent, not what the app did. */
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
    // To the app's parser, the same bytes may be a form that says something else.
    const type = contentType();
    if (type !== null && !/^[^;]*json|^text\/plain/i.test(type))
      throw new UnreadableBody(`the body is ${type}, not JSON`);
    const whole = await readOnce();
    try {
      return JSON.parse(whole) as unknown;
    } catch {
      throw new UnreadableBody('the body is no JSON');
    }
  }

  return { text: readOnce, json: () => withoutWarning(readJson()) };
}

function withoutWarning<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** @throws UnreadableBody when the headers already say that the body cannot be read. */
export function refuseUnreadable(header: (name: string) => string | null, maxBytes: number): void {
  const encoding = header('content-encoding');
  if (encoding && encoding !== 'identity') throw new UnreadableBody(`the body is encoded as ${encoding}`);
  if (Number(header('content-length')) > maxBytes) throw tooLong(maxBytes);
  // Express reads UTF-7, in which the same bytes are other characters.
  const [, charset] = /charset\s*=\s*"?([^"\s;]*)/i.exec(header('content-type') ?? '') ?? [];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    throw new UnreadableBody(`the body is in ${charset}, not in UTF-8`);
}

/** The error of a body that was still being read when the request went on to the app. */
export function goneOn(): UnreadableBody {
  return new UnreadableBody("the request has gone on, and its body is the app's");
}

export function tooLong(maxBytes: number): UnreadableBody {
  return new UnreadableBody(`the body is longer than ${maxBytes} bytes`);
}
