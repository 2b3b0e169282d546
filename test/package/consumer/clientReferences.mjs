// Does what bundlers of server components do: a module that begins with 'use client' is not run, but referred to.
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const source = String(loaded.source ?? '');
  if (loaded.format !== 'module' || !/^["']use client["']/.test(source)) return loaded;
  const names = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) =>
    list.split(',').flatMap((name) => name.trim().split(' as ').pop() || []),
  );
  const references = names.map(
    (name) => `export const ${name} = { $$typeof: Symbol.for('react.client.reference') };`,
  );
  return { ...loaded, source: references.join('\n') };
}
