import { paintPoints, radiusFor } from '../app/map/paint-points.ts';
import { colourOf, pixelOf } from '../app/map/palette.ts';
import { fitView, zoomed } from '../app/map/view.ts';

const SIZE = { width: 1280, height: 800 };
/** From a frame to the next one. */
const ZOOM = 1.02;

/** Milliseconds that each frame takes while one zooms in: painting the points, and handing them to the canvas. */
export function timeFrames(points: Float32Array, groupOf: Uint8Array, frames: number): number[] {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const context = canvas.getContext('2d');
  if (!context) return [];
  const image = context.createImageData(SIZE.width, SIZE.height);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = Uint32Array.from(groupOf, (group) => pixelOf(colourOf(group, false), 225));
  const radius = radiusFor(groupOf.length);
  const whole = fitView(points, SIZE);
  let view = whole;
  return Array.from({ length: frames }, () => {
    const startedAt = performance.now();
    paintPoints(pixels, SIZE, view, points, colours, radius);
    context.putImageData(image, 0, 0);
    view = zoomed(view, SIZE, ZOOM, SIZE.width / 2, SIZE.height / 2, whole);
    return performance.now() - startedAt;
  });
}
