import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { md5Hex } from './md5.ts';

test.each([0, 1, 55, 56, 63, 64, 65, 1000, 8 * 1024 * 1024, 8 * 1024 * 1024 + 57])(
  'equals the MD5 of OpenSSL for %i bytes',
  async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    expect(await md5Hex(new Blob([bytes]))).toBe(createHash('md5').update(bytes).digest('hex'));
  },
);
