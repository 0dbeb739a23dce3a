import { describe, expect, it } from 'vitest';
import { createFormat, ranges } from './format.ts';

const en = createFormat('en');
const zh = createFormat('zh');

describe('format', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [15_340, '15.3 kB'],
    [999_960, '1 MB'],
    [67_000_000, '67 MB'],
    [2_000_000_000_000, '2,000 GB'],
  ])('writes %d bytes as %s', (bytes, expected) => {
    expect(en.bytes(bytes)).toBe(expected);
  });

  it.each([
    [0.2, '1 sec', '1秒'],
    [59.4, '59 sec', '59秒'],
    [61, '1 min', '1分钟'],
    [3600, '1 hr', '1小时'],
    [5400, '1 hr 30 min', '1小时 30分钟'],
  ])('writes %d seconds', (seconds, english, chinese) => {
    expect(en.duration(seconds)).toBe(english);
    expect(zh.duration(seconds)).toBe(chinese);
  });

  it('writes elapsed time in the unit that fits', () => {
    expect(en.elapsed(41.6)).toBe('42 ms');
    expect(en.elapsed(1240)).toBe('1.2 sec');
  });

  it('draws runs of numbers together', () => {
    expect(ranges('1, 2, 3, 7, 9, 10')).toBe('1–3, 7, 9–10');
  });

  it('keeps a decimal only where a rate is small', () => {
    expect(en.rate(4.62)).toBe('4.6');
    expect(en.rate(37.3)).toBe('37');
  });
});
