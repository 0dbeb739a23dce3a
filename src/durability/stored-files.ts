import { expect } from 'vitest';
import { expectedChunks, type ExpectedChunk } from '../core/fixtures/expected-chunks.ts';
import { hashingEmbedder } from '../core/fixtures/hashing-embedder.ts';
import { contentHash } from '../core/ingest.ts';
import type { RetrievalService } from '../core/service.ts';
import type { Passage } from '../core/types.ts';
import type { Model } from './open-tab.ts';

/** A file, and what must be found of it as long as it is stored. */
export interface StoredFile {
  readonly name: string;
  readonly text: string;
  readonly id: string;
  readonly chunks: readonly ExpectedChunk[];
}

export async function storedFile(name: string, text: string): Promise<StoredFile> {
  const sections = [{ start: 0, end: text.length, headings: [] }];
  const id = await contentHash(new Blob([text]));
  // These texts have no character that the models count differently.
  return { name, text, id, chunks: expectedChunks({ text, sections }, name, 1) };
}

const { embedder } = hashingEmbedder('ollama');

async function vectorsOf(model: Model, texts: readonly string[]): Promise<Float32Array[]> {
  const rows = await embedder.embed(
    texts.map((text) => `${model} ${text}`),
    'passage',
  );
  return texts.map((_, i) => rows.subarray(i * embedder.dimensions, (i + 1) * embedder.dimensions));
}

const cosineOf = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** What a search must find, by comparing all: the cosines in order, and that of each chunk by its place. */
export async function bruteForce(
  model: Model,
  files: readonly StoredFile[],
  question: string,
): Promise<{ readonly best: readonly number[]; readonly of: ReadonlyMap<string, number> }> {
  const chunks = files.flatMap(({ id, chunks: all }) => all.map((chunk) => ({ id, ...chunk })));
  const [asked, ...vectors] = await vectorsOf(model, [question, ...chunks.map(({ content }) => content)]);
  const of = new Map(
    chunks.map(({ id, start, end }, i) => {
      const vector = vectors[i];
      return [`${id} ${start}-${end}`, asked && vector ? cosineOf(asked, vector) : NaN];
    }),
  );
  return { best: [...of.values()].sort((a, b) => b - a), of };
}

export async function passagesOf(
  service: RetrievalService,
  question: string,
  k: number,
): Promise<readonly Passage[]> {
  for await (const event of service.ask(question, { k }))
    if (event.type === 'passages') return event.passages;
  return [];
}

/** Each whole: listed, with text and file, and its vectors those of its text. */
export async function expectWhole(
  service: RetrievalService,
  model: Model,
  files: readonly StoredFile[],
): Promise<void> {
  const { documents, chunks } = await service.library();
  expect(documents.map(({ id }) => id).sort()).toEqual(files.map(({ id }) => id).sort());
  expect(chunks).toBe(files.reduce((sum, file) => sum + file.chunks.length, 0));
  for (const { id, text, chunks: own } of files) {
    const source = await service.source(id);
    expect([source.text, await source.file.text()]).toEqual([text, text]);
    const question = own.at(-1)?.content ?? '';
    const { of } = await bruteForce(model, files, question);
    const passages = await passagesOf(service, question, 3);
    expect(passages[0]).toMatchObject({ documentId: id });
    expect(passages[0]?.cosine).toBeCloseTo(1, 5);
    for (const { documentId, start, end, cosine } of passages) {
      expect(cosine).toBeCloseTo(of.get(`${documentId} ${start}-${end}`) ?? NaN, 5);
    }
  }
}
