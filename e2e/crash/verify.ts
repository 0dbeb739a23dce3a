import type { Random } from '../../src/bench/random.ts';
import { MODELS, type Model } from './fake-ollama.ts';
import type { Found, Tab } from './tab.ts';
import type { TestFile } from './test-file.ts';

/** Of one text with itself, after a way through 32-bit floats. */
const SAME_COSINE = 0.9999;
/** Chunks of a document that are looked for at each time, besides its last. */
const CHUNKS_CHECKED = 2;
/** Deleted documents that are looked for at each time. */
const GONE_CHECKED = 10;

const modelOf = (embedder: string): Model | undefined =>
  (Object.keys(MODELS) as Model[]).find((model) => embedder === `ollama:${model}:latest`);

/**
 * Whether a tab has exactly these documents, each whole: listed with its chunks, its text and file as they were
 * given, found by a word that no other has, and by meaning at the place and with the vector of the text asked for.
 * @returns what is not so.
 */
export async function verify(
  tab: Tab,
  settings: Model,
  saved: readonly TestFile[],
  gone: readonly TestFile[],
  random: Random,
): Promise<string[]> {
  const broken: string[] = [];
  const expect = (isSo: boolean, otherwise: string): void => void (isSo || broken.push(otherwise));

  const { documents, chunks, embedder = '' } = await tab.library();
  const model = saved.length === 0 ? settings : modelOf(embedder);
  if (!model) return [`the collection is of the unknown embedder "${embedder}"`];
  const byId = new Map(documents.map((document) => [document.id, document]));
  const names = (some: readonly { name: string }[]): string =>
    some.map(({ name }) => name).sort().join(' '); // prettier-ignore
  expect(names(documents) === names(saved), `lists ${names(documents)} in place of ${names(saved)}`);
  const chunksOf = (file: TestFile) => file.chunks[model];
  expect(
    chunks === saved.reduce((sum, file) => sum + chunksOf(file).length, 0),
    `counts ${chunks} chunks in all`,
  );
  for (const file of saved) {
    const record = byId.get(file.id);
    const isRight = record?.chunks === chunksOf(file).length && record.characters === file.text.length;
    expect(isRight, `${file.name} is listed as ${JSON.stringify(record)}`);
  }

  const sources = await tab.sources(saved.map(({ id }) => id));
  saved.forEach(({ name, text }, i) => {
    expect(sources[i]?.text === text, `${name} has lost its text`);
    expect(sources[i]?.file === text, `${name} has lost its file`);
  });
  const missing = gone.slice(-GONE_CHECKED);
  for (const [i, source] of (await tab.sources(missing.map(({ id }) => id))).entries()) {
    expect(source === undefined, `${missing[i]?.name} was deleted and has a source`);
  }

  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  await tab.start(settings, 'keyword');
  const words = [...saved, ...missing].map((file) => ({ file, word: pick(file.words) }));
  const byWord = await tab.ask(words.map(({ word }) => word));
  for (const [i, { file, word }] of words.entries()) {
    const found = byWord[i] ?? [];
    if (missing.includes(file)) {
      expect(found.length === 0, `${file.name} was deleted and is found by "${word}"`);
      continue;
    }
    const holdsIt = ({ documentId, start, end }: Found): boolean =>
      documentId === file.id && file.text.slice(start, end).includes(word);
    expect(found.length > 0 && found.every(holdsIt), `${file.name} is not found by "${word}"`);
  }

  await tab.start(settings, 'dense');
  const wanted = saved.flatMap((file) => {
    const all = chunksOf(file);
    const some = Array.from({ length: CHUNKS_CHECKED }, () => pick(all));
    return [...new Set([...some, ...all.slice(-1)])].map((chunk) => ({ file, chunk }));
  });
  const byMeaning = await tab.ask(wanted.map(({ chunk }) => chunk.content));
  for (const [i, { file, chunk }] of wanted.entries()) {
    const first = byMeaning[i]?.[0];
    const isIt = first?.documentId === file.id && first.start === chunk.start && first.end === chunk.end;
    expect(
      isIt && first.cosine > SAME_COSINE,
      `${file.name} ${chunk.start}-${chunk.end} is not found by its own text: ${JSON.stringify(first)}`,
    );
  }
  await tab.start(settings);
  return broken;
}
