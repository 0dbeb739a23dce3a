/**
 * Colours that people with each common kind of colour blindness tell apart, after Okabe & Ito (2008); darker on light
 * paper and lighter on dark, so that a single point stands out from it. As many as can be told apart by a legend.
 */
const LIGHT = ['#0072b2', '#d55e00', '#00875f', '#b45a8c', '#9a7400', '#3f9bd8', '#5d3a9b', '#8c4a3a'];
const DARK = ['#56b4e9', '#f0913c', '#2fc79b', '#e39ac6', '#e9d94a', '#8fb2ff', '#b9a2ff', '#d79a84'];
const OTHER = { light: '#8b8087', dark: '#857a80' } as const;

export const COLOURS = LIGHT.length;

/** The colour with this number as CSS; those beyond the palette share one. */
export const colourOf = (number: number, isDark: boolean): string =>
  (isDark ? DARK : LIGHT)[number] ?? OTHER[isDark ? 'dark' : 'light'];

/** A colour as a pixel of image data: little-endian, so alpha comes first. @param alpha 0 to 255. */
export function pixelOf(css: string, alpha: number): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Numbers of colours for things of these sizes: the largest have the first colours, in their order of size.
 * @returns for each its colour's number; `COLOURS` for those that have none of their own.
 */
export function assignColours(sizes: readonly number[]): number[] {
  const colours = sizes.map(() => COLOURS);
  sizes
    .map((size, i) => ({ size, i }))
    .sort((a, b) => b.size - a.size)
    .slice(0, COLOURS)
    .forEach(({ i }, colour) => (colours[i] = colour));
  return colours;
}
