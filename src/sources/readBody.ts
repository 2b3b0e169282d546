/**
 * Reads the body of an answer as text.
 *
 * @throws when it is longer than `maxBytes`. One that takes longer than `maxMs` is cut off there.
 */
export async function readBody(response: Response, maxBytes: number, maxMs?: number): Promise<string> {
  const reader = response.body?.getReader();
  // No body, or a `fetch` without streams.
  if (!reader) return response.text();
  // What is left of it is nobody's, and neither is what its end says.
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
