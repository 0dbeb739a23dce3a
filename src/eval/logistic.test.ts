import { expect, test } from 'vitest';
import { fitLogistic, foldOf, logitOf } from './logistic.ts';

const observed = (...values: [number, number, boolean][]) =>
  values.map(([a, b, isCase]) => ({ features: [a, b], isCase }));

test('finds the line between two classes, in the units of the features', () => {
  const fit = fitLogistic(
    observed([0.7, 500, false], [0.71, 100, false], [0.72, 300, false], [0.8, 400, true], [0.82, 200, true]),
  );
  expect(logitOf(fit, [0.73, 300])).toBeLessThan(0);
  expect(logitOf(fit, [0.79, 300])).toBeGreaterThan(0);
  expect(fit.weights[0]).toBeGreaterThan(0);
});

test('counts both classes the same, however many observations each has', () => {
  const few = observed([0, 0, false], [2, 0, true]);
  const many = [...few, ...Array.from({ length: 30 }, () => ({ features: [0, 0], isCase: false }))];
  expect(logitOf(fitLogistic(many), [1, 0])).toBeCloseTo(logitOf(fitLogistic(few), [1, 0]), 1);
});

test('gives no weight to what never varies, and keeps weights finite where a line divides without error', () => {
  const { bias, weights } = fitLogistic(observed([0, 3, false], [1, 3, true]));
  expect(weights[1]).toBe(0);
  expect(Number.isFinite(bias)).toBe(true);
  expect(weights[0]).toBeLessThan(20);
});

test('puts neighbours into different folds', () => {
  expect([0, 1, 2, 3, 4].map((i) => foldOf(i, 3))).toEqual([0, 1, 2, 0, 1]);
});
