/** The forms that a refusal has. */
export type RefusalForm = 'page' | 'problem' | 'text';

/**
 * The form that an `Accept` header prefers (RFC 9110, 12.5.1): the page for what asks for HTML, the problem document for
 * everything else, and for what says that anything will do. A Server Action of Next asks for `text/x-component`; it makes its error
 * of a plain text, and of nothing else.
 */
export function negotiateForm(accept: string | null): RefusalForm {
  if (!accept) return 'problem';
  if (accept === 'text/x-component') return 'text';
  const ranges = readWeighted(accept);
  const page = preferenceFor(ranges, ['text/html', 'application/xhtml+xml'], 'text/*');
  const problem = preferenceFor(ranges, ['application/problem+json', 'application/json'], 'application/*');
  if (page.weight !== problem.weight) return page.weight > problem.weight ? 'page' : 'problem';
  // By a wildcard alone both are the same; named is better than meant along.
  return page.weight > 0 && page.specificity >= Math.max(problem.specificity, 1) ? 'page' : 'problem';
}

/** The locale among `available` that an `Accept-Language` header prefers (RFC 4647, lookup); `undefined` for none of them. */
export function negotiateLocale(
  acceptLanguage: string | null,
  available: readonly string[],
): string | undefined {
  if (!acceptLanguage) return undefined;
  const ranges = readWeighted(acceptLanguage)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { value } of ranges) {
    if (value === '*') return undefined;
    for (let range = value; range; range = range.replace(/(^|-)[^-]*$/, '')) {
      const found = available.find((locale) => locale.toLowerCase() === range);
      if (found) return found;
    }
  }
  return undefined;
}

interface Weighted {
  readonly value: string;
  readonly weight: number;
}

// Nobody needs more; a header of a megabyte should not cost more than one of a line.
const longestHeader = 1000;

function readWeighted(header: string): Weighted[] {
  return header
    .slice(0, longestHeader)
    .split(',')
    .flatMap((part) => {
      const [value = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      if (!value || !/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight)) return [];
      return { value, weight: Number(weight) };
    });
}

interface Preference {
  readonly weight: number;
  /** 2 for a media type by its name, 1 for `text/*`, 0 for anything. */
  readonly specificity: number;
}

function preferenceFor(ranges: readonly Weighted[], types: readonly string[], family: string): Preference {
  const named = ranges.filter(({ value }) => types.includes(value)).map(({ weight }) => weight);
  if (named.length) return { weight: Math.max(...named), specificity: 2 };
  for (const [specificity, wildcard] of [
    [1, family],
    [0, '*/*'],
  ] as const) {
    const range = ranges.find(({ value }) => value === wildcard);
    if (range) return { weight: range.weight, specificity };
  }
  return { weight: 0, specificity: 0 };
}
