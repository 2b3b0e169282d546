/**
 * The widgets to try: all of them, but on React 18 only the first, for one of a kind shows what the older renderer does; that the others
 * of its kind work does not depend on it.
 */
export function oneOnReact18<T>(widgets: Readonly<Record<string, T>>): readonly [name: string, widget: T][] {
  return firstOnReact18(Object.entries(widgets));
}

/** The values to try: all of them, but on React 18 only the first. */
export function firstOnReact18<T>(values: readonly T[]): readonly T[] {
  return import.meta.env['REACT_MAJOR'] === '18' ? values.slice(0, 1) : values;
}
