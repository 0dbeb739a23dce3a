import { expect, test } from 'vitest';
import { seededRandom } from '../bench/random.ts';
import { SAMPLES } from '../core/1-parse/sample-files.ts';
import { listEntries } from '../core/1-parse/zip.ts';
import { mutate } from './mutate.ts';

const { docx, text } = SAMPLES;
if (!docx || !text) throw new Error('no samples');

test('the same seed damages a file in the same way, another one in another', () => {
  const damaged = (seed: number): Uint8Array => mutate(text.bytes, seededRandom(seed), docx.bytes);
  expect(damaged(1)).toEqual(damaged(1));
  const all = Array.from({ length: 50 }, (_, seed) => String(damaged(seed)));
  expect(new Set(all).size).toBeGreaterThan(40);
});

test('most damaged zips can still be unpacked, so that the damage reaches the parser', () => {
  const readable = Array.from({ length: 50 }, (_, seed) => {
    try {
      return listEntries(mutate(docx.bytes, seededRandom(seed), text.bytes), 100).length;
    } catch {
      return 0;
    }
  });
  expect(readable.filter((entries) => entries > 0).length).toBeGreaterThan(30);
});
