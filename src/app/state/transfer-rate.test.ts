import { describe, expect, test } from 'vitest';
import { TransferRate } from './transfer-rate.ts';

const MEGABYTE = 1_000_000;

/** `seconds` of a transfer at this speed, told twice a second. @returns where it is at the end. */
function run(rate: TransferRate, from: number, startMs: number, seconds: number, speed: number): number {
  for (let half = 0; half <= seconds * 2; half++) {
    rate.add(from + (speed * half) / 2, 100 * MEGABYTE, startMs + half * 500);
  }
  return from + speed * seconds;
}

describe('speed and time left', () => {
  test('are unknown at first, and right as soon as they are told', () => {
    const rate = new TransferRate();
    expect(rate.figuresAt(0)).toEqual({});
    rate.add(0, 100 * MEGABYTE, 5_000);
    expect(rate.figuresAt(5_000)).toEqual({});
    expect(rate.figuresAt(5_900)).toEqual({});
    run(rate, 0, 5_000, 5, 2 * MEGABYTE);
    const { bytesPerSecond, secondsLeft } = rate.figuresAt(10_000);
    expect(bytesPerSecond).toBeCloseTo(2 * MEGABYTE);
    expect(secondsLeft).toBeCloseTo(45);
  });

  test('are those of the last seconds', () => {
    const rate = new TransferRate();
    const loaded = run(rate, 0, 0, 20, 3 * MEGABYTE);
    run(rate, loaded, 20_000, 10, MEGABYTE);
    const { bytesPerSecond, secondsLeft } = rate.figuresAt(30_000);
    expect(bytesPerSecond).toBeCloseTo(MEGABYTE);
    expect(secondsLeft).toBeCloseTo(30);
  });

  test('leave out what was there before', () => {
    const rate = new TransferRate();
    rate.add(0, 100 * MEGABYTE, 0);
    rate.add(60 * MEGABYTE, 100 * MEGABYTE, 400);
    run(rate, 80 * MEGABYTE, 900, 4, MEGABYTE);
    const { bytesPerSecond, secondsLeft } = rate.figuresAt(4_900);
    expect(bytesPerSecond).toBeCloseTo(MEGABYTE);
    expect(secondsLeft).toBeCloseTo(16);
  });

  test('begin anew when the transfer does', () => {
    const rate = new TransferRate();
    run(rate, 50 * MEGABYTE, 0, 5, 4 * MEGABYTE);
    rate.add(0, 100 * MEGABYTE, 6_000);
    expect(rate.figuresAt(6_500)).toEqual({});
    run(rate, 0, 6_000, 5, MEGABYTE);
    expect(rate.figuresAt(11_000).bytesPerSecond).toBeCloseTo(MEGABYTE);
  });

  test('stand through the pause between two parts', () => {
    const rate = new TransferRate();
    for (const [loaded, atMs] of [
      [0, 0],
      [8, 2_000],
      [16, 4_000],
    ] as const)
      rate.add(loaded * MEGABYTE, 32 * MEGABYTE, atMs);
    expect(rate.figuresAt(5_900).bytesPerSecond).toBeCloseTo(4 * MEGABYTE);
    expect(rate.figuresAt(5_900).secondsLeft).toBeCloseTo(4);
  });

  test('fall while nothing arrives, and no time is promised', () => {
    const rate = new TransferRate();
    const loaded = run(rate, 0, 0, 20, MEGABYTE);
    const falling = [24_000, 26_000, 28_000].map((atMs) => rate.figuresAt(atMs).bytesPerSecond ?? NaN);
    expect(falling.map((speed) => Math.round(speed / 1000))).toEqual([600, 400, 200]);
    expect(rate.figuresAt(31_000)).toEqual({ bytesPerSecond: 0 });
    expect(rate.figuresAt(300_000)).toEqual({ bytesPerSecond: 0 });

    run(rate, loaded, 300_000, 20, 2 * MEGABYTE);
    expect(rate.figuresAt(320_000).bytesPerSecond).toBeCloseTo(2 * MEGABYTE);
  });

  test('of a size that is not known: the speed alone', () => {
    const rate = new TransferRate();
    for (let second = 0; second < 5; second++) rate.add(second * MEGABYTE, 0, second * 1000);
    expect(rate.figuresAt(4_000)).toEqual({ bytesPerSecond: expect.closeTo(MEGABYTE) });
  });

  test('of a finished one: none left', () => {
    const rate = new TransferRate();
    run(rate, 0, 0, 50, 2 * MEGABYTE);
    expect(rate.figuresAt(50_000).secondsLeft).toBe(0);
  });
});
