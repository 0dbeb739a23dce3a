import { expect, test } from 'vitest';
import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import { vectorsFile } from './native-embedder.ts';

test('vectors that were kept are not met again with another prefix or other weights', () => {
  const [model] = EMBEDDING_MODELS;
  const [file] = model!.files;
  const names = [
    model!,
    { ...model!, queryPrefix: '' },
    { ...model!, files: [{ ...file!, sha256: 'another' }] },
  ].map(vectorsFile);
  expect(new Set(names).size).toBe(3);
  expect(vectorsFile({ ...model!, label: 'Another label' })).toBe(names[0]);
});
