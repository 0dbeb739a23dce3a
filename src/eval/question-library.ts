import type { Page } from 'playwright';
import { openHeadlessApp } from '../../scripts/headless.ts';
import { parsers } from '../core/1-parse/registry.ts';
import type { AskEvent, RetrievalSettings } from '../core/service.ts';
import type { Headless } from '../headless/main.ts';
import { readQuestionSet, type QuestionSet } from './question-set.ts';

declare const window: { satchel: Headless };

/** The app with the files of a question set in its library. */
export interface QuestionLibrary {
  readonly set: QuestionSet;
  readonly page: Page;
  /** Ids of the documents that could be read. */
  readonly documentIds: readonly string[];
  /** @param k passages to return. */
  ask(question: string, k: number): Promise<AskEvent[]>;
  close(): Promise<void>;
}

/**
 * Adds all files of a question set that the app can read to an empty library, in a headless browser, and says how
 * many went in.
 */
export async function openQuestionLibrary(
  folder: string,
  settings: Partial<RetrievalSettings>,
): Promise<QuestionLibrary> {
  const extensions = new Set(parsers.lines.flatMap((line) => line.extensions));
  const set = readQuestionSet(folder, extensions);
  const app = await openHeadlessApp({
    onMessage: (message) => process.stderr.write(`\r${message.padEnd(70)}`),
  });
  try {
    const { page } = app;
    await page.evaluate((changes) => window.satchel.open(changes), settings);
    await page.setInputFiles('#files', [...set.files]);
    const added = await page.evaluate(() => window.satchel.addFiles());
    process.stderr.write('\r');
    const documentIds = added.flatMap((event) => (event.type === 'ready' ? [event.document.id] : []));
    console.log(`files ready: ${percent(documentIds.length, set.files.length)}`);
    return {
      set,
      page,
      documentIds,
      ask: (question, k) =>
        page.evaluate(([text, count]) => window.satchel.ask(text, count), [question, k] as const),
      close: () => app.close(),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

export const percent = (part: number, whole: number): string =>
  `${part}/${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`;
