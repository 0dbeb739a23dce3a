import { expect, it } from 'vitest';
import { timeReading } from './read-bytes.ts';

it('reads all of the bytes: four times as many take longer', () => {
  const [few, many] = [16_000_000, 64_000_000].map((bytes) => Math.min(...timeReading(bytes)));
  expect(few).toBeGreaterThan(0);
  expect(many! / few!).toBeGreaterThan(2);
  // A thread that reads more than 500 GB/s reads nothing.
  expect(64_000_000 / many! / 1e6).toBeLessThan(500);
});
