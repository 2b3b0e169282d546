/** Longer texts are not read, in characters: services that carry texts allow 65,535 at most, and each read parses anew. */
export const maxJsonLength = 65_536;

/** What a JSON text holds; `undefined` for what is none, or is too long. Never throws. */
export function parseJson(text: string): unknown {
  if (text.length > maxJsonLength) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
