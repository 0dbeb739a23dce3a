/** Which part of the plane is seen: pixels from its middle, y up. */
export interface View {
  readonly centreX: number;
  readonly centreY: number;
  /** Pixels for a unit of the plane. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 0.08;
/** Times that one can look closer than the whole. */
const MAX_ZOOM = 400;

/** Shows all points. @param points x and y in turn. */
export function fitView(points: Float32Array, { width, height }: Size): View {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x = 0, y = 0] = points.subarray(i, i + 2);
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  if (left > right) return { centreX: 0, centreY: 0, scale: 1 };
  const inner = 1 - 2 * MARGIN;
  const scale = Math.min(
    (inner * width) / Math.max(right - left, 1e-6),
    (inner * height) / Math.max(top - bottom, 1e-6),
  );
  return { centreX: (left + right) / 2, centreY: (bottom + top) / 2, scale };
}

export const toScreen = (view: View, { width, height }: Size, x: number, y: number): [number, number] => [
  width / 2 + (x - view.centreX) * view.scale,
  height / 2 - (y - view.centreY) * view.scale,
];

export const toPlane = (view: View, { width, height }: Size, x: number, y: number): [number, number] => [
  view.centreX + (x - width / 2) / view.scale,
  view.centreY - (y - height / 2) / view.scale,
];

/** Moved by pixels. */
export const panned = (view: View, x: number, y: number): View => ({
  ...view,
  centreX: view.centreX - x / view.scale,
  centreY: view.centreY + y / view.scale,
});

/**
 * Closer or further, with what lies at this pixel staying there.
 * @param whole the view of all: one can't go further away than half of it.
 */
export function zoomed(view: View, size: Size, factor: number, x: number, y: number, whole: View): View {
  const scale = Math.min(Math.max(view.scale * factor, whole.scale / 2), whole.scale * MAX_ZOOM);
  const [planeX, planeY] = toPlane(view, size, x, y);
  return {
    scale,
    centreX: planeX - (x - size.width / 2) / scale,
    centreY: planeY + (y - size.height / 2) / scale,
  };
}
