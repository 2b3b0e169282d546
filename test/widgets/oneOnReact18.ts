/**
 * The widgets to try: all of them, but on React 18 only the first, for one of a kind shows what the older renderer does; that the others
 * of its kind work does not depend on it.
 */
export function oneOnReact18<T>(widgets: Readonly<Record<string, T>>): [name: string, widget: T][] {
  return Object.entries(widgets).slice(0, import.meta.env['REACT_MAJOR'] === '18' ? 1 : undefined);
}
