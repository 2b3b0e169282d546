/**
 * Reads the body of an answer as text.
 *
 * @throws if it is longer than `maxBytes`. A body that takes longer than `maxMs` is cut off.
 */
export async function readResponseText(
  response: Response,
  maxBytes: number,
  maxMs?: number,
): Promise<string> {
  const reader = response.body?.getReader();
  // No body, or a `fetch` without streams.
  if (!reader) return response.text();
  // The rest of the body and its error are not needed.
  const cancel = () => void reader.cancel().catch(() => undefined);
  const timer = maxMs === undefined ? undefined : setTimeout(cancel, maxMs);
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    cancel();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

// A server may send years, or more than a date can represent.
const longestMs = 86_400_000;

/** The milliseconds that `Retry-After` asks for (RFC 9110, 10.2.3), at most a day; `undefined` if it is missing or not valid. */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, longestMs);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(date - now, 0), longestMs);
}

/** The time at the server when it answered, in epoch milliseconds; `undefined` if the answer does not tell. A cache adds `Age`. */
export function readDate({ headers }: Response): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  const age = Number(headers.get('age') ?? 0);
  return Number.isNaN(date) ? undefined : date + (age > 0 ? age * 1000 : 0);
}
