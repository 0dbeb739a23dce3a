import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitReader, BitWriter, gammaBits, READ_AHEAD_BYTES } from './term-bits.ts';

const bitsUpTo = (width: number) => fc.nat(2 ** width - 1).map((value) => ({ value, width }));
const code = fc.oneof(
  fc
    .integer({ min: 0, max: 24 })
    .chain(bitsUpTo)
    .map((part) => ({ kind: 'put' as const, ...part })),
  fc.oneof(fc.nat(40), fc.nat(2 ** 32 - 2)).map((n) => ({ kind: 'gamma' as const, value: n + 1, width: 0 })),
  // Up to 60 of them in unary, so short and long ways are taken.
  fc
    .record({ width: fc.nat(48), quotient: fc.nat(60), low: fc.nat(2 ** 31) })
    .filter(
      ({ width, quotient, low }) => quotient * 2 ** width + (low % 2 ** width) <= Number.MAX_SAFE_INTEGER,
    )
    .map(({ width, quotient, low }) => ({
      kind: 'rice' as const,
      value: quotient * 2 ** width + (low % 2 ** width),
      width,
    })),
  fc
    .record({ width: fc.nat(50), low: fc.maxSafeNat() })
    .map(({ width, low }) => ({ kind: 'fixed' as const, value: low % 2 ** width, width })),
);

function written(codes: readonly (typeof code extends fc.Arbitrary<infer T> ? T : never)[]) {
  const writer = new BitWriter();
  for (const { kind, value, width } of codes) {
    if (kind === 'gamma') {
      const before = writer.bits;
      writer.gamma(value);
      expect(writer.bits - before).toBe(gammaBits(value));
    } else writer[kind](value, width);
  }
  const { bits } = writer;
  writer.align();
  expect(writer.bytes()).toHaveLength(Math.ceil(bits / 8));
  const bytes = new Uint8Array(writer.bytes().length + READ_AHEAD_BYTES);
  bytes.set(writer.bytes());
  return { bytes, bits };
}

test('any numbers are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(code), (codes) => {
      const { bytes, bits } = written(codes);
      const reader = new BitReader(bytes, 0, bits);
      const read = codes.map(({ kind, width }) => {
        if (kind === 'gamma') return reader.gamma();
        return kind === 'put' ? reader.take(width) : reader[kind](width);
      });
      expect(read).toEqual(codes.map(({ value }) => value));
      expect(reader.at).toBe(bits);
    }),
    { numRuns: 500 },
  );
});

test('grows over its first size', () => {
  const codes = Array.from({ length: 10_000 }, (_, value) => ({ kind: 'put' as const, value, width: 14 }));
  const { bytes, bits } = written(codes);
  const reader = new BitReader(bytes, 0, bits);
  expect(codes.every(({ value }) => reader.take(14) === value)).toBe(true);
});

test('a code that does not end is damage', () => {
  for (const read of [(r: BitReader) => r.gamma(), (r: BitReader) => r.rice(3)]) {
    expect(() => read(new BitReader(new Uint8Array(1_000), 5, 996 * 8))).toThrow(
      expect.objectContaining({ code: 'index-corrupt' }),
    );
  }
});
