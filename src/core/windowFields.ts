/** Tells what was found at a path where something else was expected. */
export type Report = (path: string, expected: string, found: unknown) => void;

interface Field {
  readonly expected: string;
  /** The value as it will be kept, or `undefined` when it is not what was expected. */
  read(value: unknown, path: string, report: Report): unknown;
}

// The same pattern stands in flag.schema.json; a test compares the two.
const instantPattern =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const hrefPattern = /^(https?:\/\/|mailto:|tel:|\.{0,2}\/|[?#])[^\s\\]*$/;
const localePattern = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const instant: Field = {
  expected: 'an ISO 8601 instant with a zone, or epoch milliseconds',
  read(value) {
    // Whole seconds since 1970 would be an instant in January 1970: below 1e11 it is not milliseconds.
    if (Number.isInteger(value) && Number(value) >= 1e11 && Number(value) <= 8.64e15) return value;
    if (typeof value !== 'string' || !instantPattern.test(value)) return undefined;
    const [year, month, day] = value.split(/[-T]/).map(Number);
    const daysInMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
    return (day ?? 0) > daysInMonth ? undefined : Date.parse(value);
  },
};

const text: Field = {
  expected: 'a text, or texts by locale such as { "en": "...", "fr": "..." }',
  read(value, path, report) {
    if (typeof value !== 'object' || value === null) return isText(value) ? value : undefined;
    const good = Object.entries(value).filter(([locale, entry]) => {
      const known = localePattern.test(locale);
      if (known && isText(entry)) return true;
      report(
        `${path}.${locale}`,
        known ? 'a text' : 'a locale such as "en" or "pt-BR"',
        known ? entry : locale,
      );
      return false;
    });
    return good.length ? Object.fromEntries(good) : undefined;
  },
};

/** What the object form of a flag may hold. Each part stands or falls alone. */
export const windowFields: Readonly<
  Record<
    | 'mode'
    | 'title'
    | 'message'
    | 'startsAt'
    | 'endsAt'
    | 'announceFrom'
    | 'endsItself'
    | 'link'
    | 'recoverOver'
    | 'id',
    Field
  >
> = {
  mode: {
    expected: '"degraded", "read-only", "down" or "off"',
    read: (value) => (['degraded', 'read-only', 'down', 'off'].includes(String(value)) ? value : undefined),
  },
  title: text,
  message: text,
  startsAt: instant,
  endsAt: instant,
  announceFrom: instant,
  endsItself: {
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  link: {
    expected: '{ "href", "text" } where href is an http(s), mailto or tel address or a path',
    read(value) {
      const { href, text } = value as { href?: unknown; text?: unknown };
      return isText(href) && hrefPattern.test(href) && isText(text) ? { href, text } : undefined;
    },
  },
  recoverOver: {
    expected: 'seconds from 0 to 86400',
    read: (value) => (typeof value === 'number' && value >= 0 && value <= 86_400 ? value : undefined),
  },
  id: { expected: 'a text', read: (value) => (isText(value) ? value : undefined) },
};
