import type { IdRanges } from '../../core/types.ts';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** Index of the point nearest to a place, not further than `reach`; -1 where there is none. */
export function nearestPoint(points: Float32Array, x: number, y: number, reach = Infinity): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; 2 * i < points.length; i++) {
    const distance = ((points[2 * i] ?? 0) - x) ** 2 + ((points[2 * i + 1] ?? 0) - y) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

const STEPS: Readonly<Record<Direction, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Going aside costs so much more than going along: an arrow leads where it points. */
const ASIDE = 3;

/** Index of the next point in this direction; the same one where there is none. */
export function nextPoint(points: Float32Array, from: number, direction: Direction): number {
  const [stepX, stepY] = STEPS[direction];
  const [fromX, fromY] = [points[2 * from] ?? 0, points[2 * from + 1] ?? 0];
  let best = from;
  let least = Infinity;
  for (let i = 0; 2 * i < points.length; i++) {
    const [x, y] = [(points[2 * i] ?? 0) - fromX, (points[2 * i + 1] ?? 0) - fromY];
    const along = x * stepX + y * stepY;
    if (along <= 0) continue;
    const aside = Math.abs(x * stepY) + Math.abs(y * stepX);
    const cost = along + ASIDE * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** Indices of the points within a closed line, even-odd. @param line x and y in turn, as `points`. */
export function pointsWithin(points: Float32Array, line: readonly number[]): number[] {
  const within: number[] = [];
  for (let i = 0; 2 * i < points.length; i++) {
    if (isWithin(line, points[2 * i] ?? 0, points[2 * i + 1] ?? 0)) within.push(i);
  }
  return within;
}

function isWithin(line: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 2; i < line.length; j = i, i += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = [line[i], line[i + 1], line[j], line[j + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** Ascending ids as ranges. */
export function rangesOfIds(ids: Iterable<number>): IdRanges {
  const ranges: [number, number][] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last?.[1] === id) last[1] = id + 1;
    else ranges.push([id, id + 1]);
  }
  return ranges;
}
