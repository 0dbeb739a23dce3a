/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */
import type { Size, View } from './view.ts';

/**
 * Paints discs into the pixels of an image, without a call of the canvas for each (`npm run bench -- map` times it).
 * @param pixels `width × height`, of image data; written over.
 * @param points x and y in turn.
 * @param colours a pixel for each point; those with alpha 0 are left out.
 * @param radius in pixels.
 */
export function paintPoints(
  pixels: Uint32Array,
  { width, height }: Size,
  view: View,
  points: Float32Array,
  colours: Uint32Array,
  radius: number,
): void {
  pixels.fill(0);
  const reach = Math.ceil(radius);
  const side = 2 * reach + 1;
  const coverage = discOf(radius, reach);
  const { scale } = view;
  const offsetX = width / 2 - view.centreX * scale;
  const offsetY = height / 2 + view.centreY * scale;
  for (let i = 0; i < colours.length; i++) {
    const colour = colours[i]!;
    const alpha = colour >>> 24;
    const left = Math.round(points[2 * i]! * scale + offsetX) - reach;
    const top = Math.round(offsetY - points[2 * i + 1]! * scale) - reach;
    if (alpha === 0 || left < 0 || top < 0 || left + side > width || top + side > height) continue;
    for (let y = 0, at = top * width + left; y < side; y++, at += width) {
      for (let x = 0; x < side; x++) {
        const covered = coverage[y * side + x]!;
        if (covered === 0) continue;
        const own = (covered * alpha) >> 8;
        // The rim of one disc must not eat into the middle of another.
        if (own >= pixels[at + x]! >>> 24 || covered === 256) {
          pixels[at + x] = ((own << 24) | (colour & 0xffffff)) >>> 0;
        }
      }
    }
  }
}

/** How much of each pixel a disc covers, 0 to 256. */
function discOf(radius: number, reach: number): Uint16Array {
  const side = 2 * reach + 1;
  return Uint16Array.from({ length: side * side }, (_, i) => {
    const distance = Math.hypot((i % side) - reach, Math.floor(i / side) - reach);
    return Math.round(256 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
  });
}

/** Smaller where there are more of them. In CSS pixels. */
export const radiusFor = (count: number): number =>
  Math.min(6, Math.max(1.25, 16 / Math.max(count, 1) ** 0.22));
