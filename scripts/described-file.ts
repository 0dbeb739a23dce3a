import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file for the parsers, and what must come of it, as an `index.json` says it. */
export interface DescribedFile {
  /** Relative to the folder above that of the index. */
  readonly file: string;
  /** Accepted outcomes, with | between them: `text`, `partial-text`, `text-or-encoding-choice`, `error:CODE`. */
  readonly expect: string;
  /** Found in the text after NFKC, with white space, soft hyphens and zero-width characters taken out. */
  readonly must: readonly string[];
  readonly must_not: readonly string[];
  /** What a better reader than most would find: told, but no fault. */
  readonly should?: readonly string[];
  /** Whether the strings of `must` come in this order. */
  readonly ordered?: boolean;
  readonly password?: string | null;
}

export const readDescribed = async (folder: string): Promise<readonly DescribedFile[]> =>
  JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as readonly DescribedFile[];

const squeeze = (text: string): string =>
  text.normalize('NFKC').replace(/[\s\u00ad\u200b-\u200d\ufeff]+/g, '');

/** @returns what the text lacks, has in another order or should not have, in words; empty where all is well. */
export function missesOf(text: string, { must, must_not, ordered }: DescribedFile): readonly string[] {
  const squeezed = squeeze(text);
  const misses: string[] = [];
  let from = 0;
  for (const wanted of must) {
    const at = squeezed.indexOf(squeeze(wanted), from);
    if (at >= 0) from = ordered === true ? at : 0;
    else misses.push(`${squeezed.includes(squeeze(wanted)) ? 'out of order' : 'lacks'} "${wanted}"`);
  }
  for (const unwanted of must_not) if (text.includes(unwanted)) misses.push(`has "${unwanted}"`);
  return misses;
}

/** @returns those strings of `should` that the text lacks. */
export function hopesUnmet(text: string, { should = [] }: DescribedFile): readonly string[] {
  const squeezed = squeeze(text);
  return should.filter((wanted) => !squeezed.includes(squeeze(wanted)));
}

/** An index's words for our codes. */
const CODES: Readonly<Record<string, string>> = {
  'error:empty': 'error:empty-file',
  'error:unsupported': 'error:unsupported-type',
};

/**
 * @param outcome `text` or `error:CODE`.
 * @param found whether the text has what it must.
 * @param warnings codes.
 */
export function isAcceptedOutcome(
  expect: string,
  outcome: string,
  found: boolean,
  warnings: readonly string[],
): boolean {
  return expect.split('|').some((accepted) => {
    if (accepted === 'text' || accepted === 'partial-text') return outcome === 'text' && found;
    if (accepted === 'text-or-encoding-choice') {
      return outcome === 'text' && (found || warnings.includes('encoding-uncertain'));
    }
    return outcome === (CODES[accepted] ?? accepted);
  });
}
