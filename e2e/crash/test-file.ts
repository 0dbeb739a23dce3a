import { createHash } from 'node:crypto';
import type { Random } from '../../src/bench/random.ts';
import { parseFile } from '../../src/core/1-parse/parse-file.ts';
import { expectedChunks, type ExpectedChunk } from '../../src/core/fixtures/expected-chunks.ts';
import { MODELS, type Model } from './fake-ollama.ts';

/** A file, and what must be found of it as long as it is saved. */
export interface TestFile {
  readonly name: string;
  readonly text: string;
  readonly id: string;
  /** One for each paragraph, in no other file and no other paragraph. */
  readonly words: readonly string[];
  readonly chunks: Readonly<Record<Model, readonly ExpectedChunk[]>>;
}

const WORDS = 'stone river lamp garden winter paper copper window bridge harvest engine letter'.split(' ');
const HAN = '山水木火土金日月星云风雨田石竹米';
/** Without vowels and "s" there is nothing that a stemmer would take for an ending. */
const CONSONANTS = 'bcdfghjkmnpqrtvwxz';

const pick = <T>(random: Random, from: ArrayLike<T>): T => from[Math.floor(random() * from.length)] as T;

const spell = (n: number): string =>
  [...n.toString(CONSONANTS.length)].map((digit) => CONSONANTS[parseInt(digit, CONSONANTS.length)]).join('');

/** Half to all of a chunk; one in three is Chinese, which the models cut in different places. */
function paragraph(random: Random, word: string): string {
  const filler = Array.from({ length: 75 }, () => pick(random, WORDS)).join(' ');
  const han = Array.from({ length: random() < 0.33 ? 90 : 10 }, () => pick(random, HAN)).join('');
  return `The ${word} ${filler}. ${han}。`;
}

/** Mostly notes, some reports, now and then a book: 1 to 60 paragraphs. */
function length(random: Random): number {
  const kind = random();
  const [fewest, most] = kind < 0.7 ? [1, 5] : kind < 0.94 ? [6, 20] : [40, 60];
  return fewest + Math.floor(random() * (most - fewest + 1));
}

/** @param serial of no other file of the same library. */
export async function makeFile(random: Random, serial: number): Promise<TestFile> {
  const name = `file-${serial}.txt`;
  const words = Array.from({ length: length(random) }, (_, i) => `q${spell(serial)}l${spell(i)}`);
  const text = words.map((word) => paragraph(random, word)).join('\n\n');
  const parsed = await parseFile(new Blob([text]), name, new AbortController().signal);
  if (parsed.text !== text)
    throw new Error('The parser changes the text; its offsets could not be compared.');
  const chunksOf = (model: Model): ExpectedChunk[] =>
    expectedChunks(parsed, name, MODELS[model].tokensPerCharacter);
  return {
    name,
    text,
    id: createHash('sha256').update(text).digest('hex'),
    words,
    chunks: { 'crash-one': chunksOf('crash-one'), 'crash-two': chunksOf('crash-two') },
  };
}
