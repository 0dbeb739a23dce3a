import { describe, expect, it } from 'vitest';
import { paintPoints } from './paint-points.ts';
import { assignColours, COLOURS, pixelOf } from './palette.ts';
import { nearestPoint, nextPoint, pointsWithin, rangesOfIds } from './point-search.ts';
import { fitView, toPlane, toScreen, zoomed } from './view.ts';

const SIZE = { width: 100, height: 60 };
// A cross: middle, left, right, up, down.
const CROSS = Float32Array.of(0, 0, -1, 0, 1, 0, 0, 1, 0, -1);

describe('view', () => {
  it('shows all points, and turns a pixel into a place and back', () => {
    const view = fitView(CROSS, SIZE);
    for (let i = 0; i < CROSS.length; i += 2) {
      const [x, y] = toScreen(view, SIZE, CROSS[i] ?? 0, CROSS[i + 1] ?? 0);
      expect(x >= 0 && x <= SIZE.width && y >= 0 && y <= SIZE.height).toBe(true);
    }
    const [x, y] = toScreen(view, SIZE, 0.3, -0.7);
    expect(toPlane(view, SIZE, x, y).map((value) => value.toFixed(6))).toEqual(['0.300000', '-0.700000']);
  });
  it('keeps what lies at the pointer in its place while it zooms', () => {
    const whole = fitView(CROSS, SIZE);
    const before = toPlane(whole, SIZE, 20, 10);
    const after = toPlane(zoomed(whole, SIZE, 3, 20, 10, whole), SIZE, 20, 10);
    after.forEach((value, i) => expect(value).toBeCloseTo(before[i] ?? NaN));
  });
});

describe('points', () => {
  it('are found by place, by direction and by a line round them', () => {
    expect(nearestPoint(CROSS, 0.9, 0.2)).toBe(2);
    expect(nearestPoint(CROSS, 5, 5, 0.5)).toBe(-1);
    expect(nextPoint(CROSS, 0, 'ArrowLeft')).toBe(1);
    expect(nextPoint(CROSS, 0, 'ArrowUp')).toBe(3);
    expect(nextPoint(CROSS, 1, 'ArrowLeft')).toBe(1);
    expect(pointsWithin(CROSS, [-2, -0.5, 0.5, -0.5, 0.5, 0.5, -2, 0.5])).toEqual([0, 1]);
  });
  it('become ranges of ids', () => {
    expect(rangesOfIds([1, 2, 3, 7, 9, 10])).toEqual([
      [1, 4],
      [7, 8],
      [9, 11],
    ]);
  });
});

describe('paintPoints', () => {
  it('paints each disc at its place in its colour, and none that lies outside', () => {
    const view = { centreX: 0, centreY: 0, scale: 20 };
    const red = pixelOf('#ff0000', 255);
    const pixels = new Uint32Array(SIZE.width * SIZE.height);
    paintPoints(pixels, SIZE, view, Float32Array.of(1, 1, 99, 0), Uint32Array.of(red, red), 2);
    expect(pixels[(30 - 20) * SIZE.width + 70]).toBe(0xff0000ff);
    const painted = pixels.reduce((count, pixel) => count + (pixel === 0 ? 0 : 1), 0);
    expect(painted).toBeGreaterThan(8);
    expect(painted).toBeLessThanOrEqual(25);
  });
});

describe('assignColours', () => {
  it('gives the largest their own colours', () => {
    expect(assignColours([1, 5, 3])).toEqual([2, 0, 1]);
    const many = assignColours(Array.from({ length: COLOURS + 2 }, (_, i) => i));
    expect(many.slice(0, 3)).toEqual([COLOURS, COLOURS, COLOURS - 1]);
  });
});
