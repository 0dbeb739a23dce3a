import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeBytes, encodeVectors, VectorEncoder } from './encode-vectors.ts';
import { createPlainKernel } from './plain-kernel.ts';
import { createScanKernel } from './scan-kernel.ts';
import { unitVectors } from './vector-index.contract.ts';

const encoders = {
  kernel: new VectorEncoder(createScanKernel()),
  'plain kernel': new VectorEncoder(createPlainKernel()),
};

/** What the rows stand for. */
function decode(encoded: Uint8Array<ArrayBuffer>, dimensions: number): { codes: number[]; scale: number }[] {
  const rowBytes = codeBytes(dimensions);
  const view = new DataView(encoded.buffer);
  return Array.from({ length: encoded.length / rowBytes }, (_, row) => ({
    codes: Array.from({ length: rowBytes - 4 }, (_, i) => view.getInt8(row * rowBytes + i)),
    scale: view.getFloat32((row + 1) * rowBytes - 4, true),
  }));
}

test('the engine has SIMD: both kernels are tested', () => {
  expect(createScanKernel().memory).toBeInstanceOf(WebAssembly.Memory);
});

describe.each(Object.entries(encoders))('%s', (_, encoder) => {
  test('codes, zeros up to a multiple of four, scale', () => {
    const [first, second] = decode(
      encoder.encode(Float32Array.of(127, -1, 0.5, -0.5, 0.49, -2, 1, 1, 0, 0), 5),
      5,
    );
    expect(codeBytes(5)).toBe(12);
    // Halves go away from zero.
    expect(first).toEqual({ codes: [127, -1, 1, -1, 0, 0, 0, 0], scale: 1 });
    expect(second?.codes).toEqual([-127, 64, 64, 0, 0, 0, 0, 0]);
    expect(second?.scale).toBeCloseTo(2 / 127, 7);
  });

  test.each([1, 3, 16, 33, 384])('%s dimensions: no code is off by more than a half', (dimensions) => {
    // More rows than go through the memory at a time.
    const count = dimensions === 384 ? 1500 : 40;
    const vectors = unitVectors(count, dimensions, 1);
    const rows = decode(encoder.encode(vectors, dimensions), dimensions);
    expect(rows).toHaveLength(count);
    const worst = rows.map(({ codes, scale }, row) =>
      Math.max(
        ...codes.map((code, i) =>
          i < dimensions ? Math.abs(code - (vectors[row * dimensions + i] ?? NaN) / scale) : Math.abs(code),
        ),
      ),
    );
    expect(Math.max(...worst)).toBeLessThan(0.501);
  });

  test('any run of rows can be cut out', () => {
    const vectors = unitVectors(9, 10, 2);
    const encoded = encoder.encode(vectors, 10);
    expect(encoded.slice(3 * codeBytes(10), 7 * codeBytes(10))).toEqual(
      encoder.encode(vectors.slice(30, 70), 10),
    );
  });

  test('zero vectors, and none', () => {
    expect(decode(encoder.encode(new Float32Array(4), 4), 4)).toEqual([{ codes: [0, 0, 0, 0], scale: 0 }]);
    expect(encoder.encode(new Float32Array(), 4)).toEqual(new Uint8Array());
  });

  test.each([NaN, Infinity, -Infinity])('%s is refused, wherever it stands', (bad) => {
    const vectors = unitVectors(2000, 384, 3);
    for (const position of [0, 383, 5000, 2000 * 384 - 1]) {
      expect(() => encoder.encode(vectors.with(position, bad), 384)).toThrow(
        expect.objectContaining({ code: 'invalid-vector', details: { position } }),
      );
    }
  });

  test('a row that is cut short is refused', () => {
    expect(() => encoder.encode(new Float32Array(7), 4)).toThrow(
      expect.objectContaining({ code: 'dimension-mismatch', details: { expected: 4, actual: 3 } }),
    );
  });
});

test('both kernels write the same bytes', { timeout: 60_000 }, () => {
  const value = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, -0, 0.5, -0.5, 1e-45, -1e-40, 3.4e38),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(value, { maxLength: 200 }),
      (dimensions, values) => {
        const vectors = Float32Array.from(values).slice(0, values.length - (values.length % dimensions));
        expect(encoders['plain kernel'].encode(vectors, dimensions)).toEqual(
          encoders.kernel.encode(vectors, dimensions),
        );
      },
    ),
    { numRuns: 500 },
  );
  const vectors = unitVectors(500, 384, 4);
  expect(encoders['plain kernel'].encode(vectors, 384)).toEqual(encodeVectors(vectors, 384));
});
