import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, fileOf } from '../fixtures/ingest-bench.ts';
import { OLLAMA_SETTINGS, startOllamaHost, type OllamaHost } from '../fixtures/ollama-host.ts';
import { RetrievalWorkerService } from '../retrieval-service.ts';
import { deleteStore } from '../store/store.ts';
import type { CollectionMap } from './explore-service.ts';

const SUBJECTS = ['honey bees hive', 'server port network', 'tea mountain leaves'];

let name: string;
let host: OllamaHost;
let service: RetrievalWorkerService;

const newTab = (): RetrievalWorkerService =>
  new RetrievalWorkerService({
    databaseName: name,
    unpack: async () => undefined,
    async parse(file) {
      const text = await file.text();
      return { text, sections: [{ start: 0, end: text.length, headings: [] }], format: 'text', warnings: [] };
    },
  });

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  host = startOllamaHost();
  service = newTab();
  await service.open(OLLAMA_SETTINGS);
  await collect(
    service.add(
      Array.from({ length: 12 }, (_, i) => fileOf(`note-${i}`, `${SUBJECTS[i % 3]} number${i} extra${i}.`)),
    ),
  );
});
afterEach(async () => {
  host.close();
  await deleteStore(name);
});

async function draw(tab: RetrievalWorkerService, isAnew = false): Promise<CollectionMap> {
  const last = (await collect(tab.map(isAnew))).at(-1);
  if (last?.type !== 'map') throw new Error('no map');
  return last.map;
}

test('a map has every chunk once, keeps its axes over a reload, and places what comes later by them', async () => {
  const map = await draw(service);
  expect(map.chunkIds).toHaveLength(12);
  expect(map.points.every(Number.isFinite)).toBe(true);
  expect(new Set(map.documents.map((document) => document.name)).size).toBe(12);
  expect(map.topics.reduce((sum, { chunks }) => sum + chunks, 0)).toBe(12);

  const reopened = newTab();
  await reopened.open(OLLAMA_SETTINGS);
  await collect(reopened.add([fileOf('later', 'honey bees hive and more honey.')]));
  const later = await draw(reopened);
  expect(later.chosenFor).toBe(12);
  expect(later.points.slice(0, 24)).toEqual(map.points);
  expect((await draw(reopened, true)).chosenFor).toBe(13);
  expect(await reopened.placeQuestion('honey')).toEqual({ x: expect.any(Number), y: expect.any(Number) });
});

test('a question has its place as soon as the first map is there', async () => {
  const places: Promise<unknown>[] = [];
  await collect(service.map(false), (event) => {
    if (event.type === 'map') places.push(service.placeQuestion('honey'));
  });
  expect(await Promise.all(places)).toEqual([{ x: expect.any(Number), y: expect.any(Number) }]);
});

test('an aborted map is given up', async () => {
  const abort = new AbortController();
  const drawing = service.map(true, abort.signal)[Symbol.asyncIterator]();
  await drawing.next();
  abort.abort();
  await expect(collect({ [Symbol.asyncIterator]: () => drawing })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(await service.placeQuestion('honey')).toBeUndefined();
});

test('related passages come nearest first, without the passage and its repetitions; a question can stay within some', async () => {
  await collect(service.add([fileOf('copy', 'honey bees hive number0 extra0!')]));
  const { documents } = await service.library();
  const first = documents.find((document) => document.name === 'note-0');
  const related = await service.related({ documentId: first?.id ?? '', start: 0 }, 3);
  expect(related.map(({ documentName }) => documentName).sort()).toEqual(['note-3', 'note-6', 'note-9']);
  expect(await service.related({ documentId: 'gone', start: 0 }, 3)).toEqual([]);

  const [within] = related;
  const id = within?.chunkId ?? 0;
  const [found] = await collect(service.ask('honey', { k: 5, within: [[id, id + 1]] }));
  expect(found).toMatchObject({ type: 'passages', passages: [{ chunkId: id }] });
  expect(await service.texts([id, 999_999])).toMatchObject([
    { chunkId: id, documentName: within?.documentName },
  ]);
});

test('texts are compared with one another', async () => {
  const { cosines, points } = await service.compareTexts(['honey bees', 'honey bees', 'server']);
  expect(cosines[1]).toBeCloseTo(1);
  expect(cosines[2]).toBeLessThan(0.9);
  expect(points).toHaveLength(3);
});
