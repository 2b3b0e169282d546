import type { AxeResults, RunOptions } from 'axe-core';

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly direction: 'ltr' | 'rtl';
}

export const everyLook: readonly Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['ltr', 'rtl'] as const).map((direction) => ({ theme, direction })),
);

// All rules of axe for WCAG 2.2 level A and AA, and its best practices.
export const axeTags: readonly string[] = [
  'wcag2a',
  'wcag2aa',
  'wcag21a',
  'wcag21aa',
  'wcag22aa',
  'best-practice',
];

/**
 * What axe finds in the document in each of the looks, one line for each element. The looks are put on in place: they are
 * attributes of the surface below a story, and nothing that renders asks for them.
 */
export async function violationsInEveryLook(
  surface: HTMLElement,
  { region, looks = everyLook }: { readonly region: boolean; readonly looks?: readonly Look[] },
): Promise<string[]> {
  // Loaded on demand: axe is larger than all stories together.
  const { default: axe } = await import('axe-core');
  const options: RunOptions = {
    resultTypes: ['violations'],
    runOnly: [...axeTags],
    rules: { region: { enabled: region } },
  };
  const before = { theme: surface.dataset['theme'], direction: surface.dir };
  const found: string[] = [];
  for (const look of looks) {
    putOn(surface, look);
    found.push(...linesOf(await axe.run(document.body, options), look));
  }
  putOn(surface, before);
  return found;
}

function putOn(
  surface: HTMLElement,
  { theme, direction }: { theme?: string | undefined; direction: string },
): void {
  surface.dataset['theme'] = theme;
  surface.dir = direction;
}

function linesOf({ violations }: AxeResults, { theme, direction }: Look): string[] {
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${theme} ${direction}: ${id} at ${target.join(' ')}: ${help}`),
  );
}
