import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DEFAULT_EMBEDDING_MODEL, EMBEDDING_MODELS } from './models.ts';
import { embedders } from './registry.ts';

const folder = fileURLToPath(new URL('../../../public/models/', import.meta.url));

test('the vendored files are the ones that the catalogue names', () => {
  const vendored = EMBEDDING_MODELS.filter((model) => model.vendored);
  expect(vendored.map(({ id }) => id)).toContain(DEFAULT_EMBEDDING_MODEL);
  for (const { id, files } of vendored) {
    for (const { path, sizeBytes, sha256 } of files) {
      const bytes = readFileSync(`${folder}${id}/${path}`);
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')], path).toEqual([
        sizeBytes,
        sha256,
      ]);
    }
    expect(readFileSync(`${folder}${id}/LICENSE`, 'utf8')).toContain('MIT License');
  }
});

test('the file of the weights is the one that transformers.js derives from the dtype', () => {
  const names = { fp32: 'onnx/model.onnx', q8: 'onnx/model_quantized.onnx', q4: 'onnx/model_q4.onnx' };
  for (const { id, dtype, files } of EMBEDDING_MODELS) {
    expect(
      files.map(({ path }) => path),
      id,
    ).toContain(names[dtype]);
  }
});

test('a fingerprint leads back to the settings that made it', () => {
  const settings = { embedder: 'multilingual-e5-small', ollamaModel: 'nomic-embed-text' };
  for (const line of embedders.lines) {
    const embedder = line.fingerprintId(settings);
    const found = embedders.settingsFor(
      { embedder },
      { ...settings, embedder: 'bge-m3', ollamaModel: 'other' },
    );
    expect(found.embedder).toBe(line.id);
    expect(embedders.get(found.embedder).fingerprintId(found)).toBe(embedder);
  }
});

test('one Ollama model has one name, with or without its tag', () => {
  const line = embedders.get('ollama');
  expect(line.fingerprintId({ ollamaModel: 'bge-m3' })).toBe(
    line.fingerprintId({ ollamaModel: 'bge-m3:latest' }),
  );
  expect(line.fingerprintId({ ollamaModel: 'bge-m3:q8' })).not.toBe(
    line.fingerprintId({ ollamaModel: 'bge-m3' }),
  );
});

test('a host is asked for its models and to fetch one; what runs on the device has a catalogue', () => {
  for (const { id, runsOn, model, listModels, pullModel } of embedders.lines) {
    const isHost = runsOn === 'host';
    expect([model === undefined, listModels !== undefined, pullModel !== undefined], id).toEqual([
      isHost,
      isHost,
      isHost,
    ]);
  }
});

test('an id that is not listed is a coded error', () => {
  expect(() => embedders.get('word2vec')).toThrowError(expect.objectContaining({ code: 'unknown-embedder' }));
});
