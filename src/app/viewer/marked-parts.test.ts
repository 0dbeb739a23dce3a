import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedParts } from './marked-parts.ts';

describe('markedParts', () => {
  it('cuts where a range begins and ends, counting from the offset', () => {
    expect(markedParts('one two three', 100, [{ start: 104, end: 107 }])).toEqual([
      { text: 'one ', marked: false, start: 100 },
      { text: 'two', marked: true, start: 104 },
      { text: ' three', marked: false, start: 107 },
    ]);
  });

  it('leaves a text that no range touches in one piece', () => {
    expect(markedParts('one', 10, [{ start: 0, end: 10 }])).toEqual([
      { text: 'one', marked: false, start: 10 },
    ]);
    expect(markedParts('', 0, [])).toEqual([]);
  });

  it('keeps the text and marks exactly the characters in a range', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30 }),
        fc.nat(30),
        fc.array(range, { maxLength: 5 }),
        (text, offset, ranges) => {
          const parts = markedParts(text, offset, ranges);
          expect(parts.map((part) => part.text).join('')).toBe(text);
          for (const part of parts) {
            expect(part.text).not.toBe('');
            expect(text.slice(part.start - offset, part.start - offset + part.text.length)).toBe(part.text);
            for (let at = part.start; at < part.start + part.text.length; at++) {
              expect(ranges.some(({ start, end }) => at >= start && at < end)).toBe(part.marked);
            }
          }
        },
      ),
    );
  });
});
