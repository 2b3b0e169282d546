type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** The contrast of two colors as WCAG 2.2 defines it, 1 to 21. */
export function contrast(one: Color, other: Color): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A computed color. Chromium gives `rgb(...)` for all that we use. */
export function parseColor(computed: string): Color {
  const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(computed);
  if (!parts) throw new Error(`Not a color in the form that this test reads: ${computed}`);
  return [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4] ?? 1)];
}

/** The color behind an element: of itself or of the nearest ancestor that paints one. */
export function backgroundBehind(element: Element | null): Color {
  for (let at = element; at; at = at.parentElement) {
    const color = parseColor(getComputedStyle(at).backgroundColor);
    if (color[3] === 1) return color;
    if (color[3] !== 0) throw new Error('A background that is half transparent cannot be read here.');
  }
  return [255, 255, 255, 1];
}

function luminance([red, green, blue]: Color): number {
  const [r, g, b] = [red, green, blue].map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
