import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { openHeadlessApp } from '../../scripts/headless.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import type { Headless } from '../headless/main.ts';
import type { ReadPdf } from './bench-service.ts';
import { describeMachine, machineLine } from './machine.ts';
import { seededRandom } from './random.ts';
import { median, pairedRatio } from './statistics.ts';
import { syntheticText } from './synthetic-text.ts';
import { formatTable } from './table.ts';

declare const window: { satchel: Headless };

export interface PdfCommand {
  readonly rounds: number;
  /** A PDF to read in place of the one made by code. */
  readonly file: string | undefined;
}

const PAGES = 117;
const WORDS_A_PAGE = 480;

/** A report as people have them, printed by the browser: two columns on every other page, tables, page numbers. */
async function printPdf(page: Page): Promise<Buffer> {
  const random = seededRandom(1);
  const pages = Array.from({ length: PAGES }, (_, i) => {
    const paragraphs = Array.from(
      { length: 4 },
      () => `<p>${syntheticText(random, 'en', WORDS_A_PAGE / 4)}</p>`,
    );
    const rows = Array.from(
      { length: 5 },
      (_row, row) => `<tr><td>${row}<td>${syntheticText(random, 'en', 3)}`,
    );
    const table = i % 4 === 0 ? `<table>${rows.join('')}</table>` : '';
    return `<section class=${i % 2 ? 'two' : 'one'}><h2>Part ${i + 1}</h2>${paragraphs.join('')}${table}</section>`;
  });
  const style =
    'section{break-before:page;font:10pt serif;text-align:justify}.two{columns:2}td{padding:2pt 20pt}';
  await page.setContent(`<!doctype html><style>${style}</style>${pages.join('')}`);
  const footerTemplate = '<span style="font-size:8pt;margin:auto" class=pageNumber></span>';
  return page.pdf({ format: 'A4', displayHeaderFooter: true, headerTemplate: '<i></i>', footerTemplate });
}

/** Parsing and cutting of a long PDF beside pdf.js's own `getTextContent` over its pages. Returns the figures. */
export async function benchPdf({ rounds, file }: PdfCommand): Promise<object> {
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  try {
    const machine = await describeMachine(app.page);
    const blank = await app.page.context().newPage();
    const bytes = file === undefined ? await printPdf(blank) : await readFile(file);
    await blank.close();
    await app.page.setInputFiles('#files', { name: 'bench.pdf', mimeType: 'application/pdf', buffer: bytes });
    await app.page.evaluate(
      (settings) => window.satchel.bench.openTokenizer(settings),
      DEFAULT_PREFERENCES.retrieval,
    );
    const bareMs: number[] = [];
    const whole: ReadPdf[] = [];
    // The first round is not counted: code is compiled, character maps are fetched.
    for (let round = 0; round <= rounds; round++) {
      process.stderr.write(round === 0 ? 'warming up\n' : `round ${round} of ${rounds}\n`);
      const bare = await app.page.evaluate(() => window.satchel.bench.readBare(window.satchel.chosenFile()));
      const read = await app.page.evaluate(() => window.satchel.bench.readWhole(window.satchel.chosenFile()));
      if (round === 0) continue;
      bareMs.push(bare);
      whole.push(read);
    }
    const ratio = pairedRatio(
      whole.map(({ parseMs, cutMs }) => parseMs + cutMs),
      bareMs,
    );
    const [{ pages, characters, chunks } = { pages: 0, characters: 0, chunks: 0 }] = whole;
    const parseMs = whole.map((each) => each.parseMs);
    const cutMs = whole.map((each) => each.cutMs);
    const rows = [
      ['pdf.js alone', bareMs],
      ['parsed', parseMs],
      ['cut', cutMs],
    ] as const;
    console.log(machineLine(machine));
    console.log(`${pages} pages, ${characters} characters, ${chunks} chunks\n`);
    console.log(
      formatTable([
        ['', 'ms', 'ms a page'],
        ...rows.map(([label, times]) => [
          label,
          median(times).toFixed(0),
          (median(times) / pages).toFixed(1),
        ]),
      ]),
    );
    const percent = (value: number): string => `${((value - 1) * 100).toFixed(0)} %`;
    console.log(
      `\nParsing and cutting over pdf.js alone, in pairs: ${percent(ratio.median)} more ` +
        `(${percent(ratio.lowest)} to ${percent(ratio.highest)})`,
    );
    return { machine, pages, characters, chunks, bareMs, parseMs, cutMs, ratio };
  } finally {
    await app.close();
  }
}
