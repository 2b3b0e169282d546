import type { RequestBody } from 'react-maintenance-mode/server';

/** The prefixes of method names, with their features. */
const features = { search: 'search', comments: 'comments' } as const;
type Feature = keyof typeof features;

async function methodsOf(body: RequestBody): Promise<string[]> {
  return ([await body.json()].flat() as { method: string }[]).map(({ method }) => method);
}

/** For `routes`: one call, or a batch of them. */
export async function jsonRpcFeatures(_request: unknown, body: RequestBody): Promise<Feature[]> {
  const starts = (await methodsOf(body)).map((method) => method.split('.')[0] ?? '');
  return starts.filter((start): start is Feature => Object.hasOwn(features, start));
}

/** For `reads`. */
export async function jsonRpcReads(_request: unknown, body: RequestBody): Promise<boolean> {
  return (await methodsOf(body)).every((method) => /\.(get|list|find)$/.test(method));
}
