/**
 * A way from something back to itself: of flags that wait for each other, or segments that are defined by each other.
 *
 * @returns the keys along it, the first and the last alike; `undefined` when there is none.
 */
export function findCycle(links: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of links.keys()) {
    const cycle = follow(start, []);
    if (cycle) return cycle;
  }
  return undefined;

  function follow(key: string, way: string[]): string[] | undefined {
    if (way.includes(key)) return [...way.slice(way.indexOf(key)), key];
    if (done.has(key)) return undefined;
    for (const next of links.get(key) ?? []) {
      const cycle = follow(next, [...way, key]);
      if (cycle) return cycle;
    }
    done.add(key);
    return undefined;
  }
}
