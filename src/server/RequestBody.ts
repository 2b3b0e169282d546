/**
 * The body of a request, for rules that have to look into it. The app still gets all of it. It is read when it is asked for, once;
 * both functions reject for a body that is too long (`maxBodyBytes`), compressed, or was read before.
 */
export interface RequestBody {
  /** As UTF-8. Empty where there is none. */
  text(): Promise<string>;
  /** Rejects for what is no JSON. */
  json(): Promise<unknown>;
}

/** Why a body cannot be read: what the client sent, not what the app did. */
export class UnreadableBody extends Error {}

/** Reads a body at most once. */
export function createRequestBody(read: () => Promise<string>): RequestBody {
  let text: Promise<string> | undefined;
  const readOnce = (): Promise<string> => (text ??= read());
  return {
    text: readOnce,
    async json() {
      const whole = await readOnce();
      try {
        return JSON.parse(whole) as unknown;
      } catch {
        throw new UnreadableBody('the body is no JSON');
      }
    },
  };
}

/** @throws what would be thrown after the body was read in vain. */
export function refuseUnreadable(header: (name: string) => string | null, maxBytes: number): void {
  const encoding = header('content-encoding');
  if (encoding && encoding !== 'identity') throw new UnreadableBody(`the body is encoded as ${encoding}`);
  if (Number(header('content-length')) > maxBytes) throw tooLong(maxBytes);
}

export function tooLong(maxBytes: number): UnreadableBody {
  return new UnreadableBody(`the body is longer than ${maxBytes} bytes`);
}
